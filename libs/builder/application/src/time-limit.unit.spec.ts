import { fakeClock } from '@gild/testing';
import { timeLimit } from './time-limit.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

it('a limit longer than any timer of Node holds to its end', async () => {
  const fake = fakeClock();
  const clock: typeof fake = {
    ...fake,
    delay: (ms, signal) => fake.delay(ms > LONGEST_TIMER_MS ? 1 : ms, signal),
  };
  const { signal } = timeLimit(3 * LONGEST_TIMER_MS, clock, new AbortController().signal);
  await fake.advance(3 * LONGEST_TIMER_MS - 1);
  expect(signal.aborted).toBe(false);
  await fake.advance(1);
  expect(signal.reason).toMatchObject({ code: 'BUILD_TIMEOUT' });
});

it('a limit that is stopped, or overtaken by the outer signal, says nothing', async () => {
  const clock = fakeClock();
  const outer = new AbortController();
  const limit = timeLimit(1000, clock, outer.signal);
  limit.stop();
  await clock.advance(2000);
  expect(limit.signal.aborted).toBe(false);
  outer.abort(new Error('leave'));
  expect(limit.signal.reason).toMatchObject({ message: 'leave' });
});
