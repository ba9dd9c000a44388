import { type Clock, Fault } from '@gild/ports';

export type TimeLimit = {
  signal: AbortSignal;
  /** When the signal aborted, by the monotonic clock; undefined: it did not, or only after `stop`. */
  stoppedMs: () => number | undefined;
  stop: () => void;
};

/** The outer signal, aborted with BUILD_TIMEOUT as well when the time is over. */
export const timeLimit = (timeoutMs: number, clock: Clock, outer: AbortSignal): TimeLimit => {
  const over = new AbortController();
  const done = new AbortController();
  const minutes = Math.round(timeoutMs / 60_000);
  const fault = new Fault('BUILD_TIMEOUT', `the build took longer than its limit of ${minutes} minutes`);
  clock.delay(timeoutMs, done.signal).then(
    () => over.abort(fault),
    () => undefined,
  );
  const signal = AbortSignal.any([outer, over.signal]);
  let stoppedMs: number | undefined;
  const note = () => void (stoppedMs = clock.monotonicMs());
  if (signal.aborted) note();
  else signal.addEventListener('abort', note, { once: true, signal: done.signal });
  return { signal, stoppedMs: () => stoppedMs, stop: () => done.abort() };
};
