import { fakeClock } from './fake-clock.js';

const START = '2026-01-01T00:00:00.000Z';

it('ends delays in the order they are due, each at its own moment', async () => {
  const clock = fakeClock(START);
  const told: string[] = [];
  const sleep = async (ms: number) => {
    await clock.delay(ms);
    told.push(clock.now());
  };
  void sleep(300);
  void sleep(100).then(() => sleep(100));
  await clock.advance(250);
  expect(told).toStrictEqual(['2026-01-01T00:00:00.100Z', '2026-01-01T00:00:00.200Z']);
  expect(clock.monotonicMs()).toBe(250);
  await clock.advance(50);
  expect(told).toHaveLength(3);
});

it('rejects an aborted delay with the reason of the signal', async () => {
  const clock = fakeClock();
  const abort = new AbortController();
  const delay = clock.delay(1000, abort.signal);
  abort.abort(new Error('enough'));
  await expect(delay).rejects.toThrow('enough');
  await expect(clock.delay(1, abort.signal)).rejects.toThrow('enough');
});

it('moves the wall clock without moving the monotonic one', async () => {
  const clock = fakeClock(START);
  await clock.advance(10);
  clock.setWallClock('2030-05-05T05:05:05.000Z');
  expect(clock.now()).toBe('2030-05-05T05:05:05.000Z');
  expect(clock.monotonicMs()).toBe(10);
});
