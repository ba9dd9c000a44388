import type { Artifact, CleanUp, Failure, JobEvent, LogRecord, PlannedBoot } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { job } from '../job/job.js';
import { hasEnded, NONE, type JobState } from '../job/job-state.js';
import { lossOf } from '../job/retry.js';
import { parked, parkedUntil, resumed } from './parked-time.js';
import { slowdown } from './time-for-attempt.js';
import {
  finishedStep,
  plannedSteps,
  startedStep,
  type StepRecord,
  stepsBrokenOff,
  untestedOf,
  withStep,
} from './step-records.js';
import type { StepDurations } from './step-weights.js';
import { withoutRestOfLog } from './interrupted-logs.js';

type DataOf<T extends JobEvent['type']> = Extract<JobEvent, { type: T }>['data'];

/** An attempt that ended without an artifact that counts. */
export type Setback = {
  attempt: number;
  agentId: string;
  failure: Failure;
  time: string;
  retryAt?: string;
  cleanUp?: CleanUp;
};

/** A build as it is told to people: folded from its stream, with the times at which things were recorded. */
export type JobRecord = {
  request: DataOf<'BuildRequested'>;
  requestedAt: string;
  state: JobState;
  steps: readonly StepRecord[];
  setbacks: readonly Setback[];
  lateReports: number;
  /** Attempts that were lost before their log was whole. */
  interruptedLogs: readonly number[];
  bootTests: readonly DataOf<'BootTested'>[];
  /** Firmwares the image is not booted with, and why. */
  untested: readonly PlannedBoot[];
  /**
   * How much of its time the attempts that are over used; a lost one until it was last heard of. One that no scheduler saw from its grant
   * on is counted by the times of its events, which is only as true as the wall clocks of those that recorded them agree.
   */
  spentMs: number;
  /** For how long the current attempt was parked before; as true as the wall clocks. */
  parkedMs: number;
  /** Since when it is parked. */
  parkedAt?: string;
  /** Of the current attempt, as the six below. */
  agentId?: string;
  /** On an agent of another architecture. */
  emulated?: boolean;
  grantedAt?: string;
  heardAt?: string;
  artifact?: Artifact;
  log?: LogRecord;
  /** Of a build in the queue: why. Of one that runs: why it is parked; absent: it is not. */
  waiting?: { code: string; message: string };
  startedAt?: string;
  endedAt?: string;
  failure?: Failure;
  cancel?: DataOf<'CancelRequested'>;
};

/** When an event was recorded, and what steps took before. */
export type RecordContext = { time: string; durations: StepDurations };

export const newJobRecord = (request: DataOf<'BuildRequested'>, time: string): JobRecord => ({
  request,
  requestedAt: time,
  state: job.evolve(job.initial, { type: 'BuildRequested', data: request }),
  steps: NONE,
  setbacks: NONE,
  lateReports: 0,
  interruptedLogs: NONE,
  bootTests: NONE,
  untested: NONE,
  ...{ spentMs: 0, parkedMs: 0 },
});

export const evolveRecord = (record: JobRecord, event: JobEvent, context: RecordContext): JobRecord => {
  const state = job.evolve(record.state, event);
  const copy = FACTS.has(event.type) ? { ...record, state, heardAt: context.time } : { ...record, state };
  const next = withEvent(copy, event, context);
  return hasEnded(state) && next.endedAt === undefined ? { ...next, endedAt: context.time } : next;
};

/** Facts that only an agent knows are signs that it lives. */
const FACTS: ReadonlySet<JobEvent['type']> = new Set([
  'PlanResolved',
  'StepStarted',
  'StepFinished',
  'BootTested',
  'AttemptParked',
  'AttemptResumed',
  'LogStored',
  'ArtifactReported',
  'AttemptFailed',
]);

/** `record` is the caller's own: steps, most of a log, are put into it instead of into one more copy. */
const withEvent = (record: JobRecord, { type, data }: JobEvent, context: RecordContext): JobRecord => {
  switch (type) {
    case 'BuildWaiting':
      return { ...record, waiting: data.reason };
    case 'AttemptGranted':
      return granted(record, data, context);
    case 'PlanResolved':
      return { ...record, steps: plannedSteps(data, record, context.durations), untested: untestedOf(data) };
    case 'StepStarted':
      record.steps = withStep(record.steps, data.step, startedStep(context.time));
      return record;
    case 'StepFinished':
      record.steps = withStep(record.steps, data.step, finishedStep(data));
      return record;
    case 'BootTested':
      return { ...record, bootTests: [...record.bootTests, data] };
    case 'AttemptParked':
      return parked(record, data.reason, context.time);
    case 'AttemptResumed':
      return resumed(record, context.time);
    case 'LogStored':
      return { ...record, log: data.log };
    case 'ArtifactReported':
      return { ...record, artifact: data.artifact };
    case 'AttemptFailed':
      return withSetback(record, data, context);
    case 'AttemptLost':
      return withSetback(withoutRestOfLog(record, data), { ...data, failure: lossOf(data) }, context);
    case 'LateReportRefused':
      return { ...record, lateReports: record.lateReports + 1 };
    case 'CancelRequested':
      return { ...resumed(record, context.time), cancel: data };
    case 'BuildFailed':
      return { ...record, failure: data.failure };
    case 'BuildRequested':
    case 'BuildCancelled':
    case 'BuildCompleted':
      return record;
  }
};

const granted = (
  record: JobRecord,
  { agentId, emulated }: DataOf<'AttemptGranted'>,
  { time }: RecordContext,
): JobRecord => {
  const { artifact: _, log: __, waiting: ___, emulated: ____, parkedAt: _____, ...rest } = record;
  return {
    ...rest,
    ...{ agentId, grantedAt: time, heardAt: time, parkedMs: 0 },
    ...(emulated === true ? { emulated } : {}),
    startedAt: record.startedAt ?? time,
    steps: NONE,
    bootTests: NONE,
    untested: NONE,
  };
};

const withSetback = (
  record: JobRecord,
  { attempt, failure, retryAt, tookMs, cleanUp }: DataOf<'AttemptFailed'>,
  { time }: RecordContext,
): JobRecord => {
  const { grantedAt = time, heardAt = time } = record;
  const recordedMs = Math.max(0, epochMs(heardAt) - epochMs(grantedAt) - parkedUntil(record, heardAt));
  const setback = { attempt, agentId: record.agentId ?? '', failure, time, ...(cleanUp && { cleanUp }) };
  return {
    ...resumed(record, heardAt),
    spentMs: record.spentMs + (tookMs ?? recordedMs) / slowdown(record),
    steps: stepsBrokenOff(record.steps, time),
    setbacks: [...record.setbacks, retryAt === undefined ? setback : { ...setback, retryAt }],
  };
};
