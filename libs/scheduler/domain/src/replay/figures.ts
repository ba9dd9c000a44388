import type { FarmFigures, ReplayedOutcome, Spread } from '@gild/contracts';
import { isoTime } from '@gild/kernel';
import type { BuildCourse } from './course.js';
import { farmAfter, type FarmCondition, type History } from './history.js';
import { isShutOut } from '../membership/membership.js';

export type Measured = { courses: readonly BuildCourse[]; refused: number; history: History };

export const outcomeOf = ({ record: { state, failure } }: BuildCourse): ReplayedOutcome => {
  if (state.status === 'completed' || state.status === 'cancelled') return state.status;
  if (state.status !== 'failed') return 'open';
  return failure?.class === 'timeout' ? 'timed_out' : 'failed';
};

export const waitingMs = ({ requestedMs, attempts: [first] }: BuildCourse): number | undefined =>
  first && first.fromMs - requestedMs;

export const turnaroundMs = ({ requestedMs, endedMs }: BuildCourse): number | undefined =>
  endedMs === undefined ? undefined : endedMs - requestedMs;

export const figuresOf = ({ courses, refused, history }: Measured): FarmFigures => {
  const endMs = courses.reduce((last, { endedMs = 0 }) => Math.max(last, endedMs), 0);
  const firstMs = courses.reduce((first, { requestedMs }) => Math.min(first, requestedMs), endMs);
  const span = { fromMs: Math.max(history.fromMs, firstMs), toMs: endMs };
  const busy = stretches(courses, span);
  const busyMs = busy.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return {
    builds: { ...counted(courses), refused },
    waiting: spread(courses.map(waitingMs)),
    turnaround: spread(courses.map(turnaroundMs)),
    at_once: { max: mostAtOnce(busy), mean: rounded(share(busyMs, span.toMs - span.fromMs), 2) },
    agents_used_percent: rounded(100 * share(busyMs, slotMs(history, span)), 1),
    ...(endMs > 0 && { last_build_ended_at: isoTime(endMs) }),
  };
};

const counted = (courses: readonly BuildCourse[]): Record<ReplayedOutcome, number> => {
  const counts = { completed: 0, failed: 0, timed_out: 0, cancelled: 0, refused: 0, open: 0 };
  for (const course of courses) counts[outcomeOf(course)] += 1;
  return counts;
};

const SECOND_MS = 1000;

/** By the nearest rank; nothing is between two values. */
const spread = (found: readonly (number | undefined)[]): Spread => {
  const sorted = found.filter((it) => it !== undefined).sort((a, b) => a - b);
  const rank = (percent: number) => (sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0) / SECOND_MS;
  return { median_seconds: rank(50), p95_seconds: rank(95), longest_seconds: rank(100) };
};

type Stretch = { fromMs: number; toMs: number };

/** The times at which attempts had their agent, as far as they are in the span. */
const stretches = (courses: readonly BuildCourse[], span: Stretch): Stretch[] =>
  courses
    .flatMap(({ attempts }) => attempts)
    .map(({ fromMs, toMs = span.toMs }) => ({
      fromMs: Math.max(fromMs, span.fromMs),
      toMs: Math.min(toMs, span.toMs),
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);

const mostAtOnce = (busy: readonly Stretch[]): number => {
  const turns = busy.flatMap(({ fromMs, toMs }) => [
    { atMs: fromMs, by: 1 },
    { atMs: toMs, by: -1 },
  ]);
  let [now, most] = [0, 0];
  for (const { by } of turns.sort((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
};

/** For how long slots were there, all of them taken together. */
const slotMs = ({ opening, changes }: History, { fromMs, toMs }: Stretch): number => {
  let [farm, sinceMs, sum] = [opening.farm, fromMs, 0];
  const count = (untilMs: number) => {
    sum += slotsOf(farm) * Math.max(0, Math.min(untilMs, toMs) - sinceMs);
    sinceMs = Math.max(sinceMs, Math.min(untilMs, toMs));
  };
  for (const change of changes) {
    count(change.atMs);
    farm = farmAfter(farm, change);
  }
  count(toMs);
  return sum;
};

const slotsOf = ({ agents }: FarmCondition): number =>
  [...agents.values()].reduce(
    (sum, { state, member }) =>
      state.status === 'present' && !isShutOut(member) ? sum + state.announced.slots : sum,
    0,
  );

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
