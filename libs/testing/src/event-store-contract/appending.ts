import type { EventStore, ExpectedState } from '@gild/ports';
import type { Subject } from './log-under-test.js';
import { append, collect, fromHere, numbersOf, sample, samples } from './sample-events.js';

/** Expected states, conflicts and writers that race. */
export const appending = (subject: Subject): void => {
  const { log, stream } = subject;

  it('records the events of an append whole and in order', async () => {
    const { store } = log();
    const name = stream('job');
    const data = {
      text: 'gr\u00fc\u00df \u{1f680} "\\\n',
      list: [1, null, { deep: true }],
      none: null,
      half: 0.5,
    };
    const events = [sample('JobQueued', data), sample('JobStarted')];
    const result = await store.append(name, 'none', events);
    const recorded = await collect(store.readStream(name));
    expect(recorded).toStrictEqual(
      events.map((event, revision) => ({
        ...event,
        stream: name,
        revision,
        position: recorded[revision]?.position,
      })),
    );
    expect(result).toStrictEqual({ ok: true, revision: 1, position: recorded[1]?.position });
  });

  it('keeps what was appended when the caller changes its object afterwards', async () => {
    const { store } = log();
    const event = sample('JobQueued', { image: { name: 'web' } });
    await append(store, stream('job'), [event]);
    (event.data['image'] as { name: string }).name = 'changed';
    const [recorded] = await collect(store.readStream(stream('job')));
    expect(recorded?.data).toStrictEqual({ image: { name: 'web' } });
  });

  it.each<{ what: string; existing: number; expected: ExpectedState; actual: number | 'none' }>([
    { what: 'a new stream that exists', existing: 2, expected: 'none', actual: 1 },
    { what: 'an existing stream that does not exist', existing: 0, expected: 'exists', actual: 'none' },
    { what: 'a revision of an absent stream', existing: 0, expected: { revision: 0 }, actual: 'none' },
    { what: 'an older revision', existing: 3, expected: { revision: 1 }, actual: 2 },
    { what: 'a revision that is yet to come', existing: 1, expected: { revision: 5 }, actual: 0 },
  ])('refuses an append that expects $what and says how it is', async ({ existing, expected, actual }) => {
    const { store } = log();
    if (existing > 0) await append(store, stream('job'), samples(existing));
    const refused = await store.append(stream('job'), expected, [sample('JobFailed')]);
    expect(refused).toStrictEqual({ ok: false, code: 'WRONG_EXPECTED_STATE', actual });
    expect(await collect(store.readStream(stream('job')))).toHaveLength(existing);
  });

  it.each<[number, ExpectedState]>([
    [0, 'none'],
    [0, 'any'],
    [2, 'any'],
    [2, 'exists'],
    [2, { revision: 1 }],
  ])('accepts an append to a stream of %i events that expects %j', async (existing, expected) => {
    const { store } = log();
    if (existing > 0) await append(store, stream('job'), samples(existing));
    const accepted = await store.append(stream('job'), expected, [sample('JobQueued')]);
    expect(accepted).toMatchObject({ ok: true, revision: existing });
  });

  it('lets exactly one of many writers win a revision', async () => {
    const other = await log().another();
    await append(log().store, stream('job'), [sample('JobQueued')]);
    const writers = Array.from({ length: 20 }, (_, index) => {
      const store = index % 2 === 0 ? log().store : other;
      return store.append(stream('job'), { revision: 0 }, [sample('AttemptGranted', { number: index })]);
    });
    const results = await Promise.all(writers);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.actual === 1)).toHaveLength(19);
    expect(await collect(log().store.readStream(stream('job')))).toHaveLength(2);
  });

  it(
    'loses nothing and leaves no gap when writers race and try again',
    async () => {
      const { store, another } = log();
      const start = await fromHere(store);
      const stores = [store, await another()];
      await Promise.all(
        stores.flatMap((each, index) => [
          racer(each, stream('job'), index * 100),
          racer(each, stream('job'), index * 100 + 50),
        ]),
      );
      const events = await collect(store.readStream(stream('job')));
      expect(events.map(({ revision }) => revision)).toStrictEqual(
        Array.from({ length: 100 }, (_, index) => index),
      );
      const inOrder = [0, 50, 100, 150].flatMap((first) =>
        Array.from({ length: 25 }, (_, index) => first + index),
      );
      expect(numbersOf(events).sort((a, b) => Number(a) - Number(b))).toStrictEqual(inOrder);
      expect(
        await collect(store.readAll({ ...start, filter: { streamPrefixes: [stream('job')] } })),
      ).toStrictEqual(events);
    },
    subject.timeoutMs,
  );
};

const racer = async (store: EventStore, stream: string, first: number): Promise<void> => {
  let expected: ExpectedState = 'none';
  for (const event of samples(25, { first })) {
    for (;;) {
      const result = await store.append(stream, expected, [event]);
      const last: number | 'none' = result.ok ? result.revision : result.actual;
      expected = last === 'none' ? 'none' : { revision: last };
      if (result.ok) break;
    }
  }
};
