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
  startedAt?: string;
  durationMs?: number;
  missReason?: string;
  nearest?: NearestLayer;
};

/** The steps of a plan before any of them starts, weighed by what they took before. */
export const plannedSteps = (
  { steps }: Plan,
  { emulated }: { emulated?: boolean },
  durations: StepDurations,
): StepRecord[] =>
  steps.map((step) => ({
    name: step.name,
    title: step.title,
    status: step.skipped ? 'skipped' : 'pending',
    cache: cacheOf(step),
    weightMs: step.skipped ? 0 : expectedMs(durations, { ...step, emulated }),
    ...missOf(step),
  }));

/** The boots of a plan that will not be made. */
export const untestedOf = ({ steps }: Plan): PlannedBoot[] =>
  steps.flatMap(({ boots = [] }) => boots.filter(({ untested }) => untested !== undefined));

/** The same steps, the named one changed. */
export const withStep = (
  steps: readonly StepRecord[],
  name: string,
  change: Partial<StepRecord>,
): readonly StepRecord[] => {
  const index = steps.findIndex((step) => step.name === name);
  const step = steps[index];
  return step === undefined ? steps : steps.with(index, { ...step, ...change });
};

/** What a step is once it has begun. */
export const startedStep = (time: string): Partial<StepRecord> => ({ status: 'running', startedAt: time });

/** What a step is once it has ended. */
export const finishedStep = (data: Finish): Partial<StepRecord> => ({
  status: data.status,
  durationMs: data.durationMs,
  cache: data.cache,
  ...missOf(data),
});

/** The same steps once their attempt is over: nobody will say how the one that runs ended. */
export const stepsBrokenOff = (steps: readonly StepRecord[], time: string): StepRecord[] =>
  steps.map((step) => (step.status === 'running' ? brokenOff(step, time) : step));

const brokenOff = ({ startedAt, ...step }: StepRecord, time: string): StepRecord =>
  startedAt === undefined
    ? { ...step, status: 'failed' }
    : { ...step, startedAt, status: 'failed', durationMs: Math.max(0, epochMs(time) - epochMs(startedAt)) };

const cacheOf = ({ key, cached }: Plan['steps'][number]): StepRecord['cache'] => {
  if (key === undefined) return 'none';
  return cached ? 'hit' : 'miss';
};

type Miss = { missReason?: string | undefined; nearest?: NearestLayer | undefined };

const missOf = ({ missReason, nearest }: Miss): Pick<StepRecord, 'missReason' | 'nearest'> => ({
  ...(missReason !== undefined && { missReason }),
  ...(nearest !== undefined && { nearest }),
});
