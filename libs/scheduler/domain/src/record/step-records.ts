import type { JobEvent, NearestLayer, PlannedBoot } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { WeighedStep } from './progress.js';
import { expectedMs, type StepDurations } from './step-weights.js';

type Plan = Extract<JobEvent, { type: 'PlanResolved' }>['data'];
type Finish = Extract<JobEvent, { type: 'StepFinished' }>['data'];

/** A step of the current attempt as it is told to people. */
export type StepRecord = WeighedStep & {
  name: string;
  title: string;
  cache: 'hit' | 'miss' | 'none';
  startedAt: string | undefined;
  durationMs: number | undefined;
  missReason: string | undefined;
  nearest: NearestLayer | undefined;
};

/** The steps of a plan before any of them starts, weighed by what they took before. */
export const plannedSteps = (
  { steps }: Plan,
  { emulated }: { emulated?: boolean | undefined },
  durations: StepDurations,
): StepRecord[] =>
  steps.map((step) => ({
    name: step.name,
    title: step.title,
    status: step.skipped ? 'skipped' : 'pending',
    cache: cacheOf(step),
    weightMs: step.skipped ? 0 : expectedMs(durations, { name: step.name, cached: step.cached, emulated }),
    startedAt: undefined,
    durationMs: undefined,
    missReason: step.missReason,
    nearest: step.nearest,
  }));

/** The boots of a plan that will not be made. */
export const untestedOf = ({ steps }: Plan): PlannedBoot[] =>
  steps.flatMap(({ boots = [] }) => boots.filter(({ untested }) => untested !== undefined));

/** The same steps, the named one begun. */
export const withStarted = (
  steps: readonly StepRecord[],
  name: string,
  startedAt: string,
): readonly StepRecord[] => {
  const index = placeOf(steps, name);
  const step = steps[index];
  return step === undefined ? steps : steps.with(index, { ...step, status: 'running', startedAt });
};

/** The same steps, the named one ended. */
export const withFinished = (
  steps: readonly StepRecord[],
  { step: name, status, durationMs, cache, missReason, nearest }: Finish,
): readonly StepRecord[] => {
  const index = placeOf(steps, name);
  const step = steps[index];
  if (step === undefined) return steps;
  const finished: StepRecord = { ...step, status, durationMs, cache };
  if (missReason !== undefined) finished.missReason = missReason;
  if (nearest !== undefined) finished.nearest = nearest;
  return steps.with(index, finished);
};

/** Most reports are of the first step that has not ended; names are long and much alike, so that comparing all takes its time. */
const placeOf = (steps: readonly StepRecord[], name: string): number => {
  const next = steps.findIndex(({ status }) => status === 'running' || status === 'pending');
  return steps[next]?.name === name ? next : steps.findIndex((step) => step.name === name);
};

/** The same steps once their attempt is over: nobody will say how the one that runs ended. */
export const stepsBrokenOff = (steps: readonly StepRecord[], time: string): StepRecord[] =>
  steps.map((step) => (step.status === 'running' ? brokenOff(step, time) : step));

const brokenOff = (step: StepRecord, time: string): StepRecord => {
  const { startedAt } = step;
  const durationMs = startedAt === undefined ? undefined : Math.max(0, epochMs(time) - epochMs(startedAt));
  return { ...step, status: 'failed', durationMs };
};

const cacheOf = ({ key, cached }: Plan['steps'][number]): StepRecord['cache'] => {
  if (key === undefined) return 'none';
  return cached ? 'hit' : 'miss';
};
