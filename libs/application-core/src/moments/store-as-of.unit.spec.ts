import { memoryEventStore } from '@gild/event-store-memory';
import type { EventStore, RecordedEvent } from '@gild/ports';
import { numberedEvent } from '@gild/testing';
import { storeAsOf } from './store-as-of.js';

let store: EventStore;
let past: EventStore;
beforeEach(async () => {
  store = memoryEventStore();
  for (const number of [1, 2, 3]) {
    await store.append('job-1', 'any', [numberedEvent(number)]);
    await store.append('job-2', 'any', [numberedEvent(10 + number)]);
  }
  past = storeAsOf(store, { position: '4' });
});

const positions = async (events: AsyncIterable<RecordedEvent>): Promise<string[]> => {
  const found: string[] = [];
  for await (const { position } of events) found.push(position);
  return found;
};

it('is read up to the moment, in both directions and however much of it', async () => {
  expect(await positions(past.readStream('job-1'))).toStrictEqual(['1', '3']);
  expect(await positions(past.readStream('job-1', { direction: 'backwards', limit: 1 }))).toStrictEqual([
    '3',
  ]);
  expect(await positions(past.readStream('job-1', { limit: 1 }))).toStrictEqual(['1']);
  expect(await positions(past.readAll())).toStrictEqual(['1', '2', '3', '4']);
  expect(await positions(past.readAll({ upTo: '2' }))).toStrictEqual(['1', '2']);
  expect(await positions(past.readAll({ upTo: '6', after: '2' }))).toStrictEqual(['3', '4']);
});

it('ends at the moment, and at no later time', async () => {
  expect(await past.head()).toBe('4');
  expect(await past.positionAt('2100-01-01T00:00:00.000Z')).toBe('4');
});

it('records nothing', () =>
  expect(() => past.append('job-1', 'any', [numberedEvent(20)])).toThrow('the past is only read'));

it('is the log itself where no moment is named', () => expect(storeAsOf(store, undefined)).toBe(store));
