import { partsOf } from '@gild/contracts';
import type { BuildCourse, Verdict } from './course.js';

/** Builds as a replay has them, and as they really were. */
export type Compared = {
  simulated: ReadonlyMap<string, BuildCourse>;
  real: ReadonlyMap<string, BuildCourse>;
};

/** `later`: others of its version are to report before; `unknown`: nobody saw what became of it. */
export type Settlement = { kind: 'settled'; verdict: Verdict } | { kind: 'later' } | { kind: 'unknown' };

/** Jobs that make the version of a build, itself among them. */
export const partnersOf = ({ record }: BuildCourse): string[] =>
  partsOf(record.request).map(({ jobId }) => jobId);

/**
 * What the registry makes of a build that has reported, and when: as long after its report as it really took, or, of a version that several
 * builds make, as long after the last report of them.
 */
export const settlementOf = (course: BuildCourse, { simulated, real }: Compared): Settlement => {
  const before = real.get(course.record.request.jobId)?.attempts[course.attempts.length - 1];
  const { verdict, toMs: reportedThen = 0 } = before ?? {};
  if (verdict === undefined) return { kind: 'unknown' };
  const partners = partnersOf(course);
  if (verdict.kind === 'refused' || partners.length === 1)
    return settled(verdict, { since: lastReport([course]), then: reportedThen });
  const [now, then] = [coursesOf(partners, simulated), coursesOf(partners, real)];
  if (!now.every((it) => hasReported(it, real))) return { kind: 'later' };
  return settled(verdict, { since: lastReport(now), then: lastReport(then) });
};

const settled = (verdict: Verdict, { since, then }: { since: number; then: number }): Settlement => ({
  kind: 'settled',
  verdict: { ...verdict, atMs: since + Math.max(0, verdict.atMs - then) },
});

const coursesOf = (jobIds: readonly string[], courses: ReadonlyMap<string, BuildCourse>): BuildCourse[] =>
  jobIds.flatMap((jobId) => courses.get(jobId) ?? []);

const lastReport = (courses: readonly BuildCourse[]): number =>
  Math.max(...courses.map(({ attempts }) => attempts.at(-1)?.toMs ?? 0));

/** With the attempt that was really the last one. */
const hasReported = (
  { record: { request, state }, attempts }: BuildCourse,
  real: Compared['real'],
): boolean =>
  (state.status === 'reported' || state.status === 'completed') &&
  attempts.length >= (real.get(request.jobId)?.attempts.length ?? 0);
