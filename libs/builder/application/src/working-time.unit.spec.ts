import { LONGEST_PARKED_MS } from '@gild/contracts';
import { fakeClock } from '@gild/testing';
import { workingTime } from './working-time.js';

const begun = (ms: number) => {
  const clock = fakeClock();
  const time = workingTime(clock);
  let isOver = false;
  void time.delay(ms).then(() => (isOver = true));
  return { clock, time, isOver: () => isOver };
};

it('row 12: the time of a build stands still while it is parked, and goes on from there', async () => {
  const { clock, time, isOver } = begun(60_000);
  await clock.advance(40_000);
  const resume = time.pause();
  await clock.advance(3_600_000);
  expect([isOver(), time.monotonicMs(), time.parkedMs()]).toStrictEqual([false, 40_000, 3_600_000]);
  resume();
  await clock.advance(19_999);
  expect(isOver()).toBe(false);
  await clock.advance(1);
  expect(isOver()).toBe(true);
});

it('row 12: what is longer than a day, in all, counts as its time', async () => {
  const { clock, time, isOver } = begun(60_000);
  time.pause()();
  const resume = time.pause();
  await clock.advance(LONGEST_PARKED_MS / 2);
  resume();
  time.pause();
  await clock.advance(LONGEST_PARKED_MS / 2 + 59_999);
  expect(isOver()).toBe(false);
  await clock.advance(1_000);
  expect([isOver(), time.parkedMs()]).toStrictEqual([true, LONGEST_PARKED_MS]);
});

it('a delay is over when its signal is, parked or not', async () => {
  const { clock, time } = begun(1);
  time.pause();
  const over = new AbortController();
  const delay = time.delay(1_000, over.signal);
  await clock.advance(5_000);
  over.abort(new Error('leave'));
  await expect(delay).rejects.toThrow('leave');
});
