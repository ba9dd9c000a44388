import type { FarmFigures, ModelError, PolicyChanges, ReplayedBuild, ReplayedPolicy } from '@gild/contracts';
import { isoTime } from '@gild/kernel';
import type { BuildCourse } from './course.js';
import { figuresOf, outcomeOf, turnaroundMs, waitingMs } from './figures.js';
import type { History } from './history.js';
import type { SimulatedFarm } from './simulated-farm.js';

const MOST_SHOWN = 5;
const SECOND_MS = 1000;

type Run = { then: SimulatedFarm; changed: SimulatedFarm };

/** What two simulations of a history that have come to their end say about it. */
export const replayedPolicy = (history: History, changes: PolicyChanges, run: Run): ReplayedPolicy => {
  const ended = [...history.builds.values()].filter(({ endedMs }) => endedMs !== undefined);
  const [then, changed] = [coursesOf(ended, run.then), coursesOf(ended, run.changed)];
  const measured = (courses: readonly BuildCourse[], refused = 0): FarmFigures =>
    figuresOf({ courses, refused, history });
  const moved = movedBuilds(ended, run);
  return {
    changes,
    ...{ from: isoTime(beginOf(history)), to: isoTime(history.toMs) },
    ...{ builds: ended.length, left_out: history.builds.size - ended.length },
    real: measured(ended),
    simulated: {
      then: measured(then, refusedOf(ended, run.then)),
      changed: measured(changed, refusedOf(ended, run.changed)),
    },
    model_error: modelError(ended, run.then),
    gaining: moved.filter((it) => it.difference_seconds < 0).slice(0, MOST_SHOWN),
    losing: moved
      .filter((it) => it.difference_seconds > 0)
      .slice(-MOST_SHOWN)
      .reverse(),
  };
};

/** The beginning of the log is where the first build was asked for. */
const beginOf = ({ fromMs, builds, toMs }: History): number => {
  const first = [...builds.values()].reduce((least, it) => Math.min(least, it.requestedMs), toMs);
  return fromMs === 0 ? first : fromMs;
};

const idOf = ({ record }: BuildCourse): string => record.request.jobId;

const coursesOf = (ended: readonly BuildCourse[], { courses }: SimulatedFarm): BuildCourse[] =>
  ended.flatMap((course) => courses.get(idOf(course)) ?? []);

const refusedOf = (ended: readonly BuildCourse[], { refused }: SimulatedFarm): number =>
  ended.filter((course) => refused.has(idOf(course))).length;

const modelError = (ended: readonly BuildCourse[], then: SimulatedFarm): ModelError => {
  const pairs = ended.flatMap((real): Pair[] => {
    const simulated = then.courses.get(idOf(real));
    return simulated === undefined ? [] : [{ real, simulated }];
  });
  const mean = (of: (course: BuildCourse) => number | undefined): number => {
    const found = pairs.flatMap(({ real, simulated }) => distance(of(simulated), of(real)) ?? []);
    const sum = found.reduce((total, it) => total + it, 0);
    return found.length === 0 ? 0 : Math.round(sum / found.length) / SECOND_MS;
  };
  const endedInBoth = pairs.filter(({ simulated }) => simulated.endedMs !== undefined);
  return {
    waiting_seconds: mean(waitingMs),
    turnaround_seconds: mean(turnaroundMs),
    last_build_ended_seconds: lateSeconds(endedInBoth),
    other_outcomes: pairs.filter(({ real, simulated }) => outcomeOf(real) !== outcomeOf(simulated)).length,
  };
};

type Pair = { real: BuildCourse; simulated: BuildCourse };

const lateSeconds = (pairs: readonly Pair[]): number => {
  const [simulated, real] = [pairs.map((it) => it.simulated), pairs.map((it) => it.real)];
  return (lastEnd(simulated) - lastEnd(real)) / SECOND_MS;
};

const distance = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.abs(a - b);

const lastEnd = (courses: readonly BuildCourse[]): number =>
  courses.reduce((last, { endedMs = 0 }) => Math.max(last, endedMs), 0);

/** What gains most first, what loses most last; of those alike the one asked for first. */
const movedBuilds = (ended: readonly BuildCourse[], { then, changed }: Run): ReplayedBuild[] =>
  ended
    .flatMap((real) => {
      const [before, after] = [then, changed].map(({ courses }) => {
        const course = courses.get(idOf(real));
        return course && turnaroundMs(course);
      });
      return before === undefined || after === undefined || before === after
        ? []
        : movedBuild(real, { before, after });
    })
    .sort((a, b) => a.difference_seconds - b.difference_seconds);

const movedBuild = (
  { record: { request }, requestedMs }: BuildCourse,
  { before, after }: { before: number; after: number },
): ReplayedBuild => ({
  ...{ job_id: request.jobId, image_name: request.imageName, requested_at: isoTime(requestedMs) },
  turnaround_seconds: { then: before / SECOND_MS, changed: after / SECOND_MS },
  difference_seconds: (after - before) / SECOND_MS,
});
