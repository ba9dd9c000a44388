import { epochMs, isoTime } from '@gild/kernel';
import type { EventFilter, EventStore, StreamRange } from '@gild/ports';
import type { Subject } from './log-under-test.js';
import { append, collect, fromHere, numbersOf, sample, samples } from './sample-events.js';

/** Ranges, directions, filters and positions. */
export const reading = (subject: Subject): void => {
  const { log, stream } = subject;

  it('finds nothing in a stream that does not exist', async () => {
    const { store } = log();
    expect(await collect(store.readStream(stream('job')))).toStrictEqual([]);
    expect(await collect(store.readStream(stream('job'), { direction: 'backwards' }))).toStrictEqual([]);
  });

  it.each<[StreamRange, number[]]>([
    [{}, [0, 1, 2, 3, 4]],
    [{ from: 2 }, [2, 3, 4]],
    [{ from: 1, limit: 2 }, [1, 2]],
    [{ from: 5 }, []],
    [{ limit: 0 }, []],
    [{ direction: 'backwards' }, [4, 3, 2, 1, 0]],
    [{ direction: 'backwards', limit: 1 }, [4]],
    [{ direction: 'backwards', from: 1 }, [1, 0]],
    [{ direction: 'backwards', from: 100, limit: 2 }, [4, 3]],
  ])('reads the range %j of a stream', async (range, numbers) => {
    const { store } = log();
    await append(store, stream('job'), samples(5));
    expect(numbersOf(await collect(store.readStream(stream('job'), range)))).toStrictEqual(numbers);
  });

  it(
    'reads a long stream whole in both directions',
    async () => {
      const { store } = log();
      await append(store, stream('job'), samples(1_500));
      await append(store, stream('job'), samples(1_500, { first: 1_500 }));
      const numbers = Array.from({ length: 3_000 }, (_, index) => index);
      expect(numbersOf(await collect(store.readStream(stream('job'))))).toStrictEqual(numbers);
      const backwards = await collect(store.readStream(stream('job'), { direction: 'backwards' }));
      expect(numbersOf(backwards)).toStrictEqual(numbers.toReversed());
    },
    subject.timeoutMs,
  );

  it('reads the log in the order of writing, each event once, after every position', async () => {
    const { store } = log();
    const start = await fromHere(store);
    for (let first = 0; first < 6; first += 1)
      await append(store, stream('job', String(first % 2)), samples(1, { first }));
    const filter = { streamPrefixes: [stream('job', '')] };
    const events = await collect(store.readAll({ ...start, filter }));
    expect(numbersOf(events)).toStrictEqual([0, 1, 2, 3, 4, 5]);
    for (const [index, { position }] of events.entries()) {
      expect(await collect(store.readAll({ after: position, filter }))).toStrictEqual(
        events.slice(index + 1),
      );
    }
    expect(await collect(store.readAll({ ...start, filter, limit: 3 }))).toStrictEqual(events.slice(0, 3));
    for (const [index, { position: upTo }] of events.entries())
      expect(await collect(store.readAll({ ...start, filter, upTo }))).toStrictEqual(
        events.slice(0, index + 1),
      );
    const typed = { types: [...new Set(events.map(({ type }) => type))], ...filter };
    expect(
      await collect(store.readAll({ ...start, filter: typed, upTo: events[2]?.position ?? '' })),
    ).toStrictEqual(events.slice(0, 3));
  });

  it('names the last event as its head and compares positions by their order', async () => {
    const { store } = log();
    const first = await append(store, stream('job'), samples(2));
    const second = await append(store, stream('job'), samples(1));
    expect(await store.head()).toBe(second);
    expect(store.comparePositions(first, second)).toBeLessThan(0);
    expect(store.comparePositions(second, first)).toBeGreaterThan(0);
    expect(store.comparePositions(second, second)).toBe(0);
  });

  if (subject.startsEmpty) {
    it('has no head and nothing to read before the first event', async () => {
      const { store } = log();
      expect(await store.head()).toBeUndefined();
      expect(await collect(store.readAll())).toStrictEqual([]);
    });
  }

  it('finds the position of a time before the first event that is later, also where a clock jumped back', async () => {
    const { store } = log();
    const before = await store.head();
    const at = await daysAfterAll(store);
    const positions: string[] = [];
    for (const day of [2, 4, 3, 5])
      positions.push(
        await append(store, stream('job'), [
          { ...sample('Built'), metadata: { ...sample('Built').metadata, time: at(day) } },
        ]),
      );
    const found = await Promise.all([1, 2, 3, 4, 6].map((day) => store.positionAt(at(day))));
    expect(found).toStrictEqual([before, positions[0], positions[0], positions[2], positions[3]]);
    expect(await store.positionAt('0001-01-01T00:00:00.000Z')).toBeUndefined();
  });

  it.each<[EventFilter, number[]]>([
    [{ types: ['Built'] }, [0, 3]],
    [{ types: ['Built', 'Failed'] }, [0, 2, 3]],
    [{ types: ['uilt'] }, []],
    [{ types: [] }, []],
    [{ streamPrefixes: ['a.b'] }, [0, 1]],
    [{ streamPrefixes: ['a.b', 'axb'] }, [0, 1, 2, 3]],
    [{ streamPrefixes: [] }, []],
    [{ types: ['Built'], streamPrefixes: ['axb'] }, [3]],
    [{ types: ['BuiltAgain'], streamPrefixes: ['axb'] }, []],
  ])('reads what passes the filter %j', async ({ types, streamPrefixes }, numbers) => {
    const { store } = log();
    const start = await fromHere(store);
    await append(store, stream('a.b'), [sample('Built', { number: 0 }), sample('BuiltAgain', { number: 1 })]);
    await append(store, stream('axb'), [sample('Failed', { number: 2 }), sample('Built', { number: 3 })]);
    const filter = {
      ...(types && { types }),
      ...(streamPrefixes && { streamPrefixes: streamPrefixes.map((category) => stream(category, '')) }),
    };
    expect(numbersOf(await collect(store.readAll({ ...start, filter })))).toStrictEqual(numbers);
  });

  it('counts only what passes the filter towards the limit', async () => {
    const { store } = log();
    const start = await fromHere(store);
    await append(store, stream('job'), samples(200, { type: 'StepFinished' }));
    await append(store, stream('job'), samples(3, { first: 200, type: 'JobFinished' }));
    const events = await collect(store.readAll({ ...start, filter: { types: ['JobFinished'] }, limit: 2 }));
    expect(numbersOf(events)).toStrictEqual([200, 201]);
  });

  it('reads many events of some types among many others, whole and in order', async () => {
    const { store } = log();
    const start = await fromHere(store);
    const numbers = Array.from({ length: 2_500 }, (_, number) => number);
    const types = ['Built', 'Failed', 'StepFinished'];
    const recorded = numbers.map((number) => sample(types[number % 3] ?? '', { number }));
    await append(store, stream('job'), recorded.slice(0, 1_000));
    await append(store, stream('other'), recorded.slice(1_000, 1_100));
    await append(store, stream('job'), recorded.slice(1_100));
    const filter = { types: ['Failed', 'Built', 'Built'], streamPrefixes: [stream('job', '')] };
    const passing = numbers.filter((number) => number % 3 < 2 && (number < 1_000 || number >= 1_100));
    expect(numbersOf(await collect(store.readAll({ ...start, filter })))).toStrictEqual(passing);
  });

  it('refuses what is not a position of this store', async () => {
    await expect(collect(log().store.readAll({ after: 'yesterday' }))).rejects.toMatchObject({
      code: 'POSITION_INVALID',
    });
  });

  it('refuses a position beyond the end of the log', async () => {
    const { store } = log();
    const after = subject.positionBeyond;
    await expect(collect(store.readAll({ after }))).rejects.toMatchObject({ code: 'POSITION_AHEAD' });
    const { signal } = new AbortController();
    const first = store.subscribeAll({ after }, signal)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: 'POSITION_AHEAD' });
  });
};

const DAY_MS = 86_400_000;

/** So many days after the latest time in the log, which others may have filled. */
const daysAfterAll = async (store: EventStore): Promise<(days: number) => string> => {
  let latestMs = 0;
  for await (const { metadata } of store.readAll()) {
    const ms = epochMs(metadata.time);
    if (ms > latestMs) latestMs = ms;
  }
  return (days) => isoTime(latestMs + days * DAY_MS);
};
