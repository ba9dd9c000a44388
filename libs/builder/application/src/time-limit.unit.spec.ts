import type { Clock } from '@gild/ports';
import { fakeClock } from '@gild/testing';
import { timeLimit } from './time-limit.js';
import { workingTime } from './working-time.js';

const timesOf = (clock: Clock) => ({ clock, working: workingTime(clock) });

it('a limit that is over says so, and not before', async () => {
  const clock = fakeClock();
  const { signal } = timeLimit(60_000, timesOf(clock), new AbortController().signal);
  await clock.advance(59_999);
  expect(signal.aborted).toBe(false);
  await clock.advance(1);
  expect(signal.reason).toMatchObject({ code: 'BUILD_TIMEOUT' });
});

it('a limit that is stopped, or overtaken by the outer signal, says nothing', async () => {
  const clock = fakeClock();
  const outer = new AbortController();
  const limit = timeLimit(1000, timesOf(clock), outer.signal);
  limit.stop();
  await clock.advance(2000);
  expect(limit.signal.aborted).toBe(false);
  outer.abort(new Error('leave'));
  expect(limit.signal.reason).toMatchObject({ message: 'leave' });
});
