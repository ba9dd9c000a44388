import type { EventStore } from '@gild/ports';
import { clockOfTheHost, type FakeCluster, numberedEvent, startKurrentCluster } from '@gild/testing';
import { kurrentEventStore } from './kurrent-event-store.js';
import { numbers } from './numbers.spec.js';

const LIMIT_MS = 60_000;
let cluster: FakeCluster;
let store: EventStore;
beforeEach(async () => {
  cluster = await startKurrentCluster();
  const { connectionString } = cluster;
  store = kurrentEventStore({ connectionString, clock: clockOfTheHost, appendTimeoutMs: 1_000 });
});
afterEach(async () => {
  await store.close();
  cluster.stop();
});

const append = (number: number) => store.append('job-1', 'any', [numberedEvent(number)]);

const recorded = async (): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const { data } of store.readAll()) found.push(data['number']);
  return found;
};

/** Another process that has no patience. */
const givesUp = async (): Promise<void> => {
  const { connectionString } = cluster;
  const hasty = kurrentEventStore({ connectionString, clock: clockOfTheHost, patienceMs: 0 });
  await hasty.append('job-2', 'any', [numberedEvent(0)]).finally(() => hasty.close());
};

/** What a subscriber sees until it has caught up with that many events; `between` is called after every one. */
const follow = async (count: number, between: (seen: number) => Promise<unknown>): Promise<unknown[]> => {
  const seen: unknown[] = [];
  for await (const item of store.subscribeAll({}, new AbortController().signal)) {
    if (item.kind === 'caughtUp' && seen.length >= count) break;
    if (item.kind !== 'event') continue;
    seen.push(item.event.data['number']);
    await between(seen.length);
  }
  return seen;
};

it(
  'row 39: records appends once, in order, whose answers were lost with the leader',
  async () => {
    for (const number of numbers(12)) {
      if (number % 4 === 2) {
        cluster.leader.leaveUnanswered(1);
        const appended = append(number);
        while (cluster.nodes[0]?.countOf('job-1') === number) await new Promise(setImmediate);
        cluster.elect();
        expect(await appended).toMatchObject({ ok: true, revision: number });
      } else expect(await append(number)).toMatchObject({ ok: true, revision: number });
    }
    expect(await recorded()).toStrictEqual(numbers(12));
  },
  LIMIT_MS,
);

it(
  'follows the log over changes of the leader, with every event once and in order, and catches up after each',
  async () => {
    for (const number of numbers(10)) await append(number);
    const seen = await follow(40, async (count) => {
      if (count % 10 !== 0 || count === 40) return;
      cluster.elect();
      for (const number of numbers(10)) await append(count + number);
    });
    expect(seen).toStrictEqual(numbers(40));
  },
  LIMIT_MS,
);

it(
  'finds the new leader when the old one is gone',
  async () => {
    await append(0);
    const seen = await follow(3, async (count) => {
      if (count === 3) return;
      const gone = cluster.leader;
      cluster.elect();
      gone.stop();
      await append(count);
    });
    expect(seen).toStrictEqual(numbers(3));
  },
  LIMIT_MS,
);

it(
  'waits for a cluster of which no node answers, and loses nothing when it is back',
  async () => {
    await append(0);
    const seen = await follow(2, async (count) => {
      if (count === 2) return;
      cluster.stop();
      const appended = append(1);
      await expect(givesUp()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      await cluster.start();
      expect(await appended).toMatchObject({ ok: true, revision: 1 });
    });
    expect(seen).toStrictEqual([0, 1]);
  },
  LIMIT_MS,
);
