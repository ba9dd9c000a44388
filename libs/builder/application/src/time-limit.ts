import { type Clock, Fault } from '@gild/ports';

export type TimeLimit = { signal: AbortSignal; stop: () => void };

/** A timer of Node that is set for longer ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The outer signal, aborted with BUILD_TIMEOUT as well when the time is over. */
export const timeLimit = (timeoutMs: number, clock: Clock, outer: AbortSignal): TimeLimit => {
  const over = new AbortController();
  const done = new AbortController();
  const minutes = Math.round(timeoutMs / 60_000);
  const fault = new Fault('BUILD_TIMEOUT', `the build took longer than its limit of ${minutes} minutes`);
  longDelay(timeoutMs, clock, done.signal).then(
    () => over.abort(fault),
    () => undefined,
  );
  return { signal: AbortSignal.any([outer, over.signal]), stop: () => done.abort() };
};

const longDelay = async (ms: number, clock: Clock, signal: AbortSignal): Promise<void> => {
  for (let left = ms; left > 0; left -= LONGEST_TIMER_MS)
    await clock.delay(Math.min(left, LONGEST_TIMER_MS), signal);
};
