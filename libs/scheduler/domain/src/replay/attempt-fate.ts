import type { Failure } from '@gild/contracts';
import { highestAttempt } from '../job/job-state.js';
import type { JobRecord } from '../record/job-record.js';
import { slowdown } from '../record/time-for-attempt.js';
import type { AttemptCourse, AttemptEnd, BuildCourse } from './course.js';

/**
 * What becomes of an attempt in a replay: after so much time on its agent it ends like that; `unknown`: nobody saw more of it; `cancelled`: it
 * goes on until its build is cancelled, as nobody saw how long it would have taken.
 */
export type Fate =
  | { kind: 'ends'; afterMs: number; end: AttemptEnd }
  | { kind: 'unknown'; afterMs: number }
  | { kind: 'cancelled' };

type Known = AttemptCourse & { toMs: number; end: AttemptEnd };

/** The fate of the attempt that a build was granted last, by what its attempt of that number really did. */
export const fateOf = (record: JobRecord, real: BuildCourse, lastSeenMs: number): Fate => {
  const attempt = real.attempts[highestAttempt(record.state) - 1];
  const isCancelled = real.cancelledMs !== undefined;
  if (!isKnown(attempt)) {
    if (isCancelled) return { kind: 'cancelled' };
    return { kind: 'unknown', afterMs: attempt === undefined ? 0 : lastSeenMs - attempt.fromMs };
  }
  if (isCutShort(attempt, real)) return { kind: 'cancelled' };
  return withinLimit(attempt, record, real);
};

const isKnown = (attempt: AttemptCourse | undefined): attempt is Known =>
  attempt?.toMs !== undefined && attempt.end !== undefined;

const isCutShort = ({ toMs, end }: Known, { cancelledMs }: BuildCourse): boolean =>
  end.kind !== 'reported' && cancelledMs !== undefined && toMs >= cancelledMs;

/** It takes as long as it took, unless the time of its build is over sooner, or is not yet when it was. */
const withinLimit = (
  { fromMs, toMs, workMs = 0, end }: Known,
  record: JobRecord,
  real: BuildCourse,
): Fate => {
  const [limitMs, limitThenMs] = [record.request.timeoutMs, real.record.request.timeoutMs];
  const tookMs = toMs - fromMs;
  const overMs = record.spentMs + workMs - limitMs;
  if (limitMs < limitThenMs && overMs > 0) {
    const afterMs = Math.max(0, Math.ceil(tookMs - overMs * slowdown(record)));
    return { kind: 'ends', afterMs, end: { kind: 'failed', failure: timeout(limitMs) } };
  }
  // How much longer it would have taken nobody knows: it is taken to fill the longer time too.
  const longerMs = isTimeout(end) ? Math.max(0, limitMs - limitThenMs) * slowdown(record) : 0;
  return { kind: 'ends', afterMs: tookMs + longerMs, end };
};

const isTimeout = (end: AttemptEnd): boolean => end.kind === 'failed' && end.failure.class === 'timeout';

const timeout = (limitMs: number): Failure => ({
  ...{ class: 'timeout', code: 'BUILD_TIMEOUT' },
  message: `the build took longer than its limit of ${Math.round(limitMs / 60_000)} minutes`,
});
