import { hash } from 'node:crypto';
import { memoryEventStore } from '@gild/event-store-memory';
import type { EventStore, NewEvent } from '@gild/ports';
import { eventId } from './event-id.js';
import { Marks } from './marks.js';
import { projection, type View } from './projection.js';

const sha256 = (text: string) => hash('sha256', text, 'hex');
const counted = (n: number): NewEvent => ({
  id: eventId(sha256, 'count', n),
  type: 'Counted',
  data: { n },
  metadata: { time: '2026-01-01T00:00:00.000Z', actor: 'a', correlationId: 'c', causationId: 'c', schema: 1 },
});
/** The calls of a view, to be replaced one by one. */
const onlyReading = (store: EventStore): EventStore => ({
  append: (...given) => store.append(...given),
  readStream: (...given) => store.readStream(...given),
  readAll: (range) => store.readAll(range),
  subscribeAll: (...given) => store.subscribeAll(...given),
  head: () => store.head(),
  positionAt: (time) => store.positionAt(time),
  comparePositions: (a, b) => store.comparePositions(a, b),
  close: () => store.close(),
});
const sum: View<{ total: number }> = {
  name: 'sum',
  filter: { types: ['Counted'] },
  initial: () => ({ total: 0 }),
  apply: (state, event) => {
    state.total += Number(event.data['n']);
  },
  snapshot: (state) => state,
};

it('shows every event recorded before the question, also to callers that share a reading', async () => {
  const store = memoryEventStore();
  const view = projection(store, sum);
  await store.append('job-1', 'any', [counted(1)]);
  const first = view.current();
  await store.append('job-1', 'any', [counted(2)]);
  const second = view.current();
  await first;
  expect((await second).total).toBe(3);
});

it('proves a view equal to a fresh fold, and says when it is not', async () => {
  const store = memoryEventStore();
  await store.append('job-1', 'any', [counted(1), counted(2)]);
  const view = projection(store, sum);
  expect(await view.verify(sha256)).toMatchObject({ view: 'sum', events: 2, equal: true });
  (await view.current()).total = 99;
  expect(await view.verify(sha256)).toMatchObject({ equal: false });
});

it('folds up to a moment of the past', async () => {
  const store = memoryEventStore();
  await store.append('job-1', 'any', [counted(1), counted(2), counted(3)]);
  const view = projection(store, sum);
  expect(await view.asOf('2')).toStrictEqual({ state: { total: 3 }, time: counted(2).metadata.time });
});

describe('a view that keeps states of the past', () => {
  const keeping = {
    every: 3,
    most: 128,
    keep: ({ total }: { total: number }) => {
      return () => ({ total });
    },
  };
  /** More than the states that are kept at most. */
  const LENGTH = 500;
  const upTo = (count: number) => (count * (count + 1)) / 2;

  it('was at every position what a fold up to there makes, however many states it kept', async () => {
    const store = memoryEventStore();
    const view = projection(store, { ...sum, keeping });
    for (let n = 1; n <= LENGTH; n += 1) {
      await store.append('job-1', 'any', [counted(n)]);
      if (n % 10 === 0) await view.current();
    }
    for (let n = 1; n <= LENGTH; n += 1) expect((await view.asOf(String(n))).state.total).toBe(upTo(n));
    expect((await view.current()).total).toBe(upTo(LENGTH));
  });

  it('keeps no more states than it says, and those all along the log', () => {
    const marks = new Marks({ ...keeping, most: 4 });
    const event = (n: number) => ({ ...counted(n), stream: 'job-1', revision: n - 1, position: String(n) });
    const store = memoryEventStore();
    for (let n = 1; n <= LENGTH; n += 1) marks.pass({ total: upTo(n) }, event(n));
    const found = Array.from({ length: LENGTH }, (_, n) => marks.before(String(n + 1), store)?.position);
    const kept = [...new Set(found)].filter((position) => position !== undefined);
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.length).toBeLessThanOrEqual(4);
  });

  it('reads no more of the log than lies behind the state it kept', async () => {
    const store = memoryEventStore();
    await store.append(
      'job-1',
      'any',
      Array.from({ length: 300 }, (_, index) => counted(index + 1)),
    );
    let read = 0;
    const readAll: typeof store.readAll = async function* (range) {
      for await (const event of store.readAll(range)) {
        read += 1;
        yield event;
      }
    };
    const seen = projection({ ...onlyReading(store), readAll }, { ...sum, keeping });
    await seen.current();
    read = 0;
    expect((await seen.asOf('200')).state.total).toBe(upTo(200));
    expect(read).toBeLessThanOrEqual(3);
  });
});

it('row 22: is compared at one position while events are recorded, and a rebuild that breaks leaves it as it was', async () => {
  const store = memoryEventStore();
  await store.append('job-1', 'any', [counted(1), counted(2)]);
  let toRecord = 0;
  let breaksAfter = Infinity;
  const readAll: typeof store.readAll = async function* (range) {
    for await (const event of store.readAll(range)) {
      if ((toRecord -= 1) >= 0) await store.append('job-1', 'any', [counted(100 - toRecord)]);
      if ((breaksAfter -= 1) < 0) throw new Error('the store went away');
      yield event;
    }
  };
  const view = projection({ ...onlyReading(store), readAll }, sum);
  await view.current();
  toRecord = 20;
  expect(await view.verify(sha256)).toMatchObject({ equal: true, events: 2, position: '2' });
  expect(await store.head()).not.toBe('2');
  const before = await view.verify(sha256);
  breaksAfter = 1;
  await expect(view.verify(sha256)).rejects.toThrow('went away');
  breaksAfter = Infinity;
  expect(await view.verify(sha256)).toStrictEqual(before);
});

it('row 40: is folded anew when the log ends before what was read of it, and skips no event of the log put back', async () => {
  const logs = [memoryEventStore(), memoryEventStore()];
  await logs[0]?.append('job-1', 'any', [counted(1), counted(2), counted(3)]);
  await logs[1]?.append('job-1', 'any', [counted(10)]);
  const lying = logs[0] ?? memoryEventStore();
  let now = lying;
  const store = {
    ...onlyReading(lying),
    readAll: (range: object) => now.readAll(range),
    head: () => now.head(),
  };
  const keeping = {
    every: 1,
    most: 512,
    keep:
      ({ total }: { total: number }) =>
      () => ({ total }),
  };
  const view = projection(store, { ...sum, keeping });
  expect((await view.current()).total).toBe(6);
  now = logs[1] ?? now;
  expect((await view.current()).total).toBe(10);
  await now.append('job-1', 'any', [counted(20), counted(30)]);
  expect((await view.asOf('2')).state.total).toBe(30);
  expect(await view.verify(sha256)).toMatchObject({ equal: true, events: 3 });
});
