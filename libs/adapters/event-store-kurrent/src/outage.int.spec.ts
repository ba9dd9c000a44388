import type { EventStore, RecordedEvent } from '@gild/ports';
import { clockOfTheHost, numberedEvent, startKurrentFake, type KurrentFake } from '@gild/testing';
import { kurrentEventStore } from './kurrent-event-store.js';
import { numbers } from './numbers.spec.js';

const LIMIT_MS = 30_000;
let fake: KurrentFake;
let store: EventStore;
beforeEach(async () => {
  fake = await startKurrentFake();
  const { connectionString } = fake;
  store = kurrentEventStore({
    connectionString,
    clock: clockOfTheHost,
    appendTimeoutMs: 300,
    patienceMs: 10_000,
  });
});
afterEach(async () => {
  await store.close();
  fake.stop();
});

/** The events of a subscription; `eachTime` is called after every one of them. */
const follow = async (
  count: number,
  eachTime: (seen: number) => Promise<unknown>,
): Promise<RecordedEvent[]> => {
  const seen: RecordedEvent[] = [];
  for await (const item of store.subscribeAll({}, new AbortController().signal)) {
    if (item.kind !== 'event') continue;
    seen.push(item.event);
    if (seen.length === count) break;
    await eachTime(seen.length);
  }
  return seen;
};

it.each([['none' as const], ['any' as const], [{ revision: 0 }]])(
  'row 39: records an append once whose answer was lost, expecting %j',
  async (expected) => {
    if (typeof expected === 'object') await store.append('job-1', 'none', [numberedEvent(0)]);
    const before = fake.countOf('job-1');
    fake.leaveUnanswered(2);
    const result = await store.append('job-1', expected, [numberedEvent(1), numberedEvent(2)]);
    expect(result).toMatchObject({ ok: true, revision: before + 1 });
    expect(fake.countOf('job-1')).toBe(before + 2);
  },
  LIMIT_MS,
);

it(
  'tells a conflict from its own append whose answer was lost',
  async () => {
    await store.append('job-1', 'none', [numberedEvent(0)]);
    fake.leaveUnanswered(1);
    const mine = store.append('job-1', { revision: 0 }, [numberedEvent(1)]);
    const late = await store.append('job-1', { revision: 0 }, [numberedEvent(2)]);
    expect(late).toStrictEqual({ ok: false, code: 'WRONG_EXPECTED_STATE', actual: 1 });
    expect(await mine).toMatchObject({ ok: true, revision: 1 });
  },
  LIMIT_MS,
);

it(
  'gives up after its patience with a fault that says the same call may succeed later',
  async () => {
    const { connectionString } = fake;
    const hasty = kurrentEventStore({
      connectionString,
      clock: clockOfTheHost,
      appendTimeoutMs: 50,
      patienceMs: 200,
    });
    fake.leaveUnanswered(1_000);
    const first = numberedEvent(0);
    const refused = hasty.append('job-1', 'none', [first]);
    await expect(refused).rejects.toMatchObject({
      name: 'Fault',
      code: 'STORE_UNAVAILABLE',
      retryable: true,
    });
    fake.leaveUnanswered(0);
    expect(await hasty.append('job-1', 'none', [first])).toMatchObject({ ok: true, revision: 0 });
    expect(fake.countOf('job-1')).toBe(1);
    await hasty.close();
  },
  LIMIT_MS,
);

it(
  'loses and repeats nothing when the server goes down and comes back under two hundred appends',
  async () => {
    const appends = numbers(200).map(async (number) => {
      if (number === 100) {
        fake.stop();
        await fake.start();
      }
      return store.append(`job-${number % 10}`, 'any', [numberedEvent(number)]);
    });
    const results = await Promise.all(appends);
    expect(results.every(({ ok }) => ok)).toBe(true);
    const recorded: unknown[] = [];
    for await (const { data } of store.readAll()) recorded.push(data['number']);
    expect(recorded.sort((a, b) => Number(a) - Number(b))).toStrictEqual(numbers(200));
  },
  LIMIT_MS,
);

it(
  'takes a dropped subscription up again where it was, with every event once and in order',
  async () => {
    for (const number of numbers(40)) await store.append('job-1', 'any', [numberedEvent(number)]);
    let dropped = 0;
    const seen = await follow(80, async (count) => {
      if (count % 20 === 0) dropped += fake.dropSubscriptions();
      if (count === 40)
        for (const number of numbers(40)) await store.append('job-1', 'any', [numberedEvent(40 + number)]);
    });
    expect(dropped).toBeGreaterThanOrEqual(2);
    expect(seen.map(({ data }) => data['number'])).toStrictEqual(numbers(80));
  },
  LIMIT_MS,
);

it(
  'goes on following after the server was away',
  async () => {
    await store.append('job-1', 'any', [numberedEvent(0)]);
    const seen = await follow(2, async () => {
      fake.stop();
      await fake.start();
      await store.append('job-1', 'any', [numberedEvent(1)]);
    });
    expect(seen.map(({ data }) => data['number'])).toStrictEqual([0, 1]);
  },
  LIMIT_MS,
);

it(
  'resumes a sparse filter from the last checkpoint, not from the last event it showed',
  async () => {
    await store.append('job-1', 'none', [numberedEvent(0)]);
    await store.append('version-1', 'none', numbers(400).map(numberedEvent));
    const range = { filter: { streamPrefixes: ['job-'] } };
    let resumed: string | undefined;
    for await (const item of store.subscribeAll(range, new AbortController().signal)) {
      if (item.kind === 'caughtUp' && resumed === undefined) {
        resumed = fake.resumedFrom;
        fake.dropSubscriptions();
        await store.append('job-1', 'any', [numberedEvent(1)]);
      } else if (item.kind === 'event' && item.event.revision === 1) break;
    }
    const shown = await positionOf('job-1');
    expect(resumed).toBe('start');
    expect(BigInt(fake.resumedFrom)).toBeGreaterThan(BigInt(shown.split('/')[0] ?? '') + 137n * 300n);
  },
  LIMIT_MS,
);

const positionOf = async (stream: string): Promise<string> => {
  for await (const { position } of store.readStream(stream)) return position;
  throw new Error(`${stream} is empty`);
};

it(
  'has no head, nothing to read and an undefined position in a log of system events only',
  async () => {
    expect(await store.head()).toBeUndefined();
    const read: RecordedEvent[] = [];
    for await (const recorded of store.readAll()) read.push(recorded);
    expect(read).toStrictEqual([]);
  },
  LIMIT_MS,
);

it('connects to nothing before it is used, and closes without', async () => {
  const unused = kurrentEventStore({
    connectionString: 'kurrentdb://nowhere.invalid:1',
    clock: clockOfTheHost,
  });
  await unused.close();
  await expect(unused.head()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
});
