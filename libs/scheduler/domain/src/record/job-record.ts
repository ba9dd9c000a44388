import type { Artifact, CleanUp, Failure, JobEvent, LogRecord, PlannedBoot } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { job } from '../job/job.js';
import { hasEnded, NONE, type JobState } from '../job/job-state.js';
import { lossOf } from '../job/retry.js';
import { parked, parkedUntil, resumed } from './parked-time.js';
import { slowdown } from './time-for-attempt.js';
import {
  plannedSteps,
  type StepRecord,
  stepsBrokenOff,
  untestedOf,
  withFinished,
  withStarted,
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

/**
 * A build as it is told to people: folded from its stream, with the times at which things were recorded. All records have the same
 * members: what has them in one order is copied at once, and a log is mostly steps, of which each makes a copy.
 */
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
  parkedAt: string | undefined;
  /** Of the current attempt, as the six below. */
  agentId: string | undefined;
  /** On an agent of another architecture. */
  emulated: true | undefined;
  grantedAt: string | undefined;
  heardAt: string | undefined;
  artifact: Artifact | undefined;
  log: LogRecord | undefined;
  /** Of a build in the queue: why. Of one that runs: why it is parked; undefined: it is not. */
  waiting: { code: string; message: string } | undefined;
  startedAt: string | undefined;
  endedAt: string | undefined;
  failure: Failure | undefined;
  cancel: DataOf<'CancelRequested'> | undefined;
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
  spentMs: 0,
  parkedMs: 0,
  parkedAt: undefined,
  agentId: undefined,
  emulated: undefined,
  grantedAt: undefined,
  heardAt: undefined,
  artifact: undefined,
  log: undefined,
  waiting: undefined,
  startedAt: undefined,
  endedAt: undefined,
  failure: undefined,
  cancel: undefined,
});

export const evolveRecord = (record: JobRecord, event: JobEvent, context: RecordContext): JobRecord => {
  const state = job.evolve(record.state, event);
  const heardAt = FACTS.has(event.type) ? context.time : record.heardAt;
  const next = withEvent({ ...record, state, heardAt }, event, context);
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
      record.steps = withStarted(record.steps, data.step, context.time);
      return record;
    case 'StepFinished':
      record.steps = withFinished(record.steps, data);
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
): JobRecord => ({
  ...record,
  ...{ artifact: undefined, log: undefined, waiting: undefined, parkedAt: undefined, parkedMs: 0 },
  ...{ agentId, emulated: emulated === true ? true : undefined, grantedAt: time, heardAt: time },
  ...{ startedAt: record.startedAt ?? time, steps: NONE, bootTests: NONE, untested: NONE },
});

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
