import { memoryEventStore } from '@gild/event-store-memory';
import { fakeClock } from '@gild/testing';
import { eventId } from './event-id.js';
import { LevelProcess } from './level-process.js';

const HOUR_MS = 3_600_000;
const sha256 = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64);

const processUnderTest = (look: () => Promise<void>) => {
  const [store, clock, reported] = [memoryEventStore(), fakeClock(), [] as unknown[]];
  const report = (error: unknown) => void reported.push(error);
  const filter = { types: ['Counted'] };
  const process = new LevelProcess({ store, clock, report, filter, lookEveryMs: HOUR_MS, look });
  const record = (type: string, n: number) =>
    store.append('job-1', 'any', [
      {
        ...{ id: eventId(sha256, type, n), type, data: {} },
        metadata: {
          time: clock.now(),
          actor: 'a',
          correlationId: 'c',
          causationId: 'c',
          schema: 1,
        },
      },
    ]);
  return { process, store, clock, reported, record };
};

it('looks when it starts, when something happened that asks for it, and after an hour in which nothing did', async () => {
  let looks = 0;
  const { process, clock, record } = processUnderTest(async () => void (looks += 1));
  await process.start();
  expect(looks).toBe(1);
  await record('Counted', 1);
  await clock.settle();
  expect(looks).toBe(2);
  await record('Other', 1);
  await clock.advance(HOUR_MS - 1);
  expect(looks).toBe(2);
  await clock.advance(1);
  expect(looks).toBe(3);
  await record('Counted', 2);
  await clock.settle();
  expect(looks).toBe(4);
  await clock.advance(HOUR_MS);
  expect(looks).toBe(5);
  await process.stop();
  await clock.advance(HOUR_MS);
  expect(looks).toBe(5);
});

it('looks again after a failure, which it reports', async () => {
  let looks = 0;
  const { process, clock, reported, record } = processUnderTest(async () => {
    looks += 1;
    if (looks === 2) throw new Error('no');
  });
  await process.start();
  await record('Counted', 1);
  await clock.settle();
  expect([looks, reported]).toStrictEqual([2, [new Error('no')]]);
  await clock.advance(1_000);
  expect(looks).toBe(3);
  await process.stop();
});
