import { memoryEventStore } from '@gild/event-store-memory';
import type { NewEvent } from '@gild/ports';
import { eventId } from './event-id.js';
import { projection, type View } from './projection.js';

const sha256 = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64);
const counted = (n: number): NewEvent => ({
  id: eventId(sha256, 'count', n),
  type: 'Counted',
  data: { n },
  metadata: { time: '2026-01-01T00:00:00.000Z', actor: 'a', correlationId: 'c', causationId: 'c', schema: 1 },
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
  expect((await view.asOf((event) => event.data['n'] === 3)).total).toBe(3);
});
