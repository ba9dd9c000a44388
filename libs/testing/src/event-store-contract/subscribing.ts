import type { EventStore, SubscriptionItem } from '@gild/ports';
import type { Subject } from './log-under-test.js';
import {
  append,
  collect,
  eventsIn,
  fromHere,
  itemsUntil,
  numbersOf,
  sample,
  samples,
} from './sample-events.js';

/** Catching up, going live, leaving. */
export const subscribing = (subject: Subject): void => {
  const { log, stream } = subject;
  const mine = () => ({ streamPrefixes: [stream('job', '')] });
  const unending = () => new AbortController().signal;

  it('delivers what is there, says that it has caught up, then delivers what comes', async () => {
    const { store } = log();
    const start = await fromHere(store);
    const head = await append(store, stream('job'), samples(3));
    const items = store.subscribeAll({ ...start, filter: mine() }, unending())[Symbol.asyncIterator]();
    const seen: SubscriptionItem[] = [];
    const take = async (): Promise<SubscriptionItem> => {
      const { value } = await items.next();
      seen.push(value);
      return value;
    };
    while ((await take()).kind !== 'caughtUp');
    expect(numbersOf(eventsIn(seen))).toStrictEqual([0, 1, 2]);
    const caughtUp = seen.at(-1);
    const position = caughtUp?.kind === 'caughtUp' ? caughtUp.position : undefined;
    expect(store.comparePositions(position ?? '', head)).toBeGreaterThanOrEqual(0);
    await append(store, stream('job'), samples(2, { first: 3 }));
    while (eventsIn(seen).length < 5) await take();
    expect(eventsIn(seen)).toStrictEqual(await collect(store.readStream(stream('job'))));
    await items.return?.();
  });

  it(
    'has no gap and no repetition between catching up and live while writers append',
    async () => {
      const { store, another } = log();
      const start = await fromHere(store);
      const other = await another();
      await append(store, stream('job'), samples(500));
      const writing = Promise.all([
        writeSlowly(store, stream('job', 'b'), 150),
        writeSlowly(other, stream('job', 'c'), 150),
      ]);
      let count = 0;
      const subscription = store.subscribeAll({ ...start, filter: mine() }, unending());
      const items = await itemsUntil(subscription, (item) => item.kind === 'event' && (count += 1) === 800);
      await writing;
      const everything = await collect(store.readAll({ ...start, filter: mine() }));
      expect(everything).toHaveLength(800);
      expect(eventsIn(items)).toStrictEqual(everything);
    },
    subject.timeoutMs,
  );

  it('begins after the position it is given', async () => {
    const { store } = log();
    await append(store, stream('job'), samples(3));
    const after = await append(store, stream('job'), samples(1, { first: 3 }));
    const head = await append(store, stream('job'), samples(2, { first: 4 }));
    const subscription = store.subscribeAll({ after, filter: mine() }, unending());
    const items = await itemsUntil(
      subscription,
      (item) => item.kind === 'event' && item.event.position === head,
    );
    expect(numbersOf(eventsIn(items))).toStrictEqual([4, 5]);
  });

  it('delivers only what passes the filter', async () => {
    const { store } = log();
    const start = await fromHere(store);
    const filter = { ...mine(), types: ['JobFinished'] };
    await append(store, stream('job'), [sample('JobStarted'), sample('JobFinished', { number: 1 })]);
    const items = store.subscribeAll({ ...start, filter }, unending())[Symbol.asyncIterator]();
    const rest = { [Symbol.asyncIterator]: () => ({ next: () => items.next() }) };
    const before = await itemsUntil(rest, (item) => item.kind === 'caughtUp');
    await append(store, stream('version'), [sample('JobFinished', { number: 2 })]);
    await append(store, stream('job'), [sample('JobStarted'), sample('JobFinished', { number: 3 })]);
    const after = await itemsUntil(rest, (item) => item.kind === 'event');
    expect(numbersOf(eventsIn([...before, ...after]))).toStrictEqual([1, 3]);
    await items.return?.();
  });

  it(
    'moves its position on past events that the filter hides, caught up and live',
    async () => {
      const { store } = log();
      const start = await fromHere(store);
      const shown = await append(store, stream('job'), samples(1));
      const hidden = await append(store, stream('version'), samples(300));
      const isPast = (position: string) => (item: SubscriptionItem) =>
        item.kind === 'caughtUp' && store.comparePositions(item.position ?? shown, position) > 0;
      const subscription = store
        .subscribeAll({ ...start, filter: mine() }, unending())
        [Symbol.asyncIterator]();
      const rest = { [Symbol.asyncIterator]: () => ({ next: () => subscription.next() }) };
      const caughtUp = await itemsUntil(rest, isPast(shown));
      await append(store, stream('version'), samples(300));
      const live = await itemsUntil(rest, isPast(hidden));
      expect(numbersOf(eventsIn([...caughtUp, ...live]))).toStrictEqual([0]);
      await subscription.return?.();
    },
    subject.timeoutMs,
  );

  it(
    'serves several subscribers, also one that is slow, without holding up writers',
    async () => {
      const { store } = log();
      const range = { ...(await fromHere(store)), filter: mine() };
      await append(store, stream('job'), samples(1));
      const slow = store.subscribeAll(range, unending())[Symbol.asyncIterator]();
      const first: SubscriptionItem = (await slow.next()).value;
      const head = await append(store, stream('job'), samples(2_000, { first: 1 }));
      const isLast = (item: SubscriptionItem) => item.kind === 'event' && item.event.position === head;
      const quick = await itemsUntil(store.subscribeAll(range, unending()), isLast);
      const late = await itemsUntil({ [Symbol.asyncIterator]: () => slow }, isLast);
      expect(eventsIn(quick)).toHaveLength(2_001);
      expect(eventsIn([first, ...late])).toStrictEqual(eventsIn(quick));
    },
    subject.timeoutMs,
  );

  it('ends without an error when aborted before it begins, between events and while waiting', async () => {
    const { store } = log();
    const range = { ...(await fromHere(store)), filter: mine() };
    await append(store, stream('job'), samples(50));
    expect(
      eventsIn(await itemsUntil(store.subscribeAll(range, AbortSignal.abort()), () => false)),
    ).toStrictEqual([]);
    const between = new AbortController();
    const some = await itemsUntil(store.subscribeAll(range, between.signal), (item) => {
      if (item.kind === 'event' && item.event.data['number'] === 9) between.abort();
      return false;
    });
    expect(numbersOf(eventsIn(some))).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const waiting = new AbortController();
    const all = await itemsUntil(store.subscribeAll(range, waiting.signal), (item) => {
      if (item.kind === 'caughtUp') setImmediate(() => waiting.abort());
      return false;
    });
    expect(eventsIn(all)).toHaveLength(50);
  });

  it('ends when the store is closed, and later calls say so', async () => {
    const store = await log().another();
    const range = await fromHere(store);
    const items = await itemsUntil(store.subscribeAll({ ...range, filter: mine() }, unending()), (item) => {
      if (item.kind === 'caughtUp') setImmediate(() => void store.close());
      return false;
    });
    expect(eventsIn(items)).toStrictEqual([]);
    const closed = { code: 'STORE_CLOSED' };
    await expect(append(store, stream('job'), samples(1))).rejects.toMatchObject(closed);
    await expect(store.head()).rejects.toMatchObject(closed);
    await expect(collect(store.readAll())).rejects.toMatchObject(closed);
    await expect(collect(store.readStream(stream('job')))).rejects.toMatchObject(closed);
    await expect(itemsUntil(store.subscribeAll({}, unending()), () => false)).rejects.toMatchObject(closed);
    await store.close();
  });
};

const writeSlowly = async (store: EventStore, stream: string, count: number): Promise<void> => {
  for (const event of samples(count)) await append(store, stream, [event]);
};
