import { type Clock, Fault } from '@gild/ports';
import type { WorkingTime } from './working-time.js';

export type TimeLimit = {
  signal: AbortSignal;
  /** When the signal aborted, by the monotonic clock; undefined: it did not, or only after `stop`. */
  stoppedMs: () => number | undefined;
  stop: () => void;
};

type Times = { clock: Clock; working: WorkingTime };

/** The outer signal, aborted with BUILD_TIMEOUT as well when that much has been worked. */
export const timeLimit = (timeoutMs: number, { clock, working }: Times, outer: AbortSignal): TimeLimit => {
  const over = new AbortController();
  const done = new AbortController();
  working.delay(timeoutMs, done.signal).then(
    () => over.abort(tookTooLong(timeoutMs, working.parkedMs())),
    () => undefined,
  );
  const signal = AbortSignal.any([outer, over.signal]);
  let stoppedMs: number | undefined;
  const note = () => void (stoppedMs = clock.monotonicMs());
  if (signal.aborted) note();
  else signal.addEventListener('abort', note, { once: true, signal: done.signal });
  return { signal, stoppedMs: () => stoppedMs, stop: () => done.abort() };
};

const tookTooLong = (timeoutMs: number, parkedMs: number): Fault => {
  const minutes = (ms: number): string => `${Math.round(ms / 60_000)} minutes`;
  const parked =
    parkedMs < 60_000
      ? ''
      : `, beside ${minutes(parkedMs)} for which it was parked because of its object store`;
  return new Fault('BUILD_TIMEOUT', `the build took longer than its limit of ${minutes(timeoutMs)}${parked}`);
};
