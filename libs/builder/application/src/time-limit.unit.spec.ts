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

it('row 12: a build is not parked for ever: after a day its own time goes on, and ends it', async () => {
  const clock = fakeClock();
  const times = timesOf(clock);
  const { signal } = timeLimit(60 * 60_000, times, new AbortController().signal);
  times.working.pause();
  await clock.advance(25 * 3_600_000 - 1);
  expect(signal.aborted).toBe(false);
  await clock.advance(1);
  expect(signal.reason).toMatchObject({
    ...{ code: 'BUILD_TIMEOUT' },
    message:
      'the build took longer than its limit of 60 minutes, beside 1440 minutes for which it was parked because of its object store',
  });
});
