import { type GoldenImageBuildJob, objectKeys } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { hasEnded, highestAttempt, type JobStatus } from '../job/job-state.js';
import { bootOutcomes } from './boot-outcomes.js';
import { cleanUpSentence } from './clean-up-sentence.js';
import type { JobRecord } from './job-record.js';
import { progressPercent, stepProgress } from './progress.js';
import type { StepRecord } from './step-records.js';

/** Document 1.2. The definition is shown as it was recorded, also when an older release wrote it. */
export type JobDocument = Omit<GoldenImageBuildJob, 'image_config' | 'arch' | 'version_jobs'> & {
  image_config: Record<string, unknown>;
  arch: string;
  version_jobs?: readonly { arch: string; job_id: string }[];
};

const GIB = 1024 ** 3;

export const jobDocument = (record: JobRecord, now: string): JobDocument =>
  present({
    job_id: record.request.jobId,
    image_name: record.request.imageName,
    image_version: record.request.imageVersion,
    image_config: record.request.definition,
    arch: record.request.arch,
    priority: record.request.priority,
    version_jobs: record.request.parts?.map((part) => ({ arch: part.arch, job_id: part.jobId })),
    attempt: highestAttempt(record.state),
    agent_id: record.agentId,
    emulated: record.emulated,
    waiting_reason: waits(record) ? record.waiting?.message : undefined,
    waiting_code: waits(record) ? record.waiting?.code : undefined,
    interrupted_logs: record.interruptedLogs.length === 0 ? undefined : [...record.interruptedLogs],
    ...progressOf(record, now),
    ...timesOf(record),
    ...resultOf(record),
    ...failureOf(record),
  });

/** In the queue, or parked by an agent whose object store takes or gives nothing. */
const waits = ({ state: { status } }: JobRecord): boolean => status === 'queued' || status === 'running';

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const present = <T extends object>(value: T): Defined<T> => {
  const members: Partial<T> = {};
  for (const key of Object.keys(value) as (keyof T)[])
    if (value[key] !== undefined) members[key] = value[key];
  return members as Defined<T>;
};

/** The status in the document of a build. */
export const jobStatus = (record: JobRecord): JobDocument['status'] =>
  statusOf(record.state.status, currentStep(record)?.name);

const currentStep = ({ steps }: JobRecord): StepRecord | undefined =>
  steps.find(({ status }) => status === 'running');

const progressOf = (record: JobRecord, now: string) => {
  const current = currentStep(record);
  const percent = current === undefined ? 0 : currentPercent(record, current, now);
  const completed = record.state.status === 'completed';
  return {
    status: statusOf(record.state.status, current?.name),
    progress_percent: completed ? 100 : progressPercent(record.steps, percent),
    current_step: completed ? undefined : current?.name,
    current_step_progress: percent,
    steps: record.steps.map(stepDocument),
    boot_tests: bootOutcomes(record),
  };
};

const currentPercent = (
  record: JobRecord,
  { weightMs, startedAt = record.requestedAt }: StepRecord,
  now: string,
): number => {
  const until = hasEnded(record.state) ? (record.endedAt ?? now) : now;
  return stepProgress({ weightMs, elapsedMs: epochMs(until) - epochMs(startedAt) });
};

const statusOf = (status: JobStatus, step: string | undefined): JobDocument['status'] => {
  switch (status) {
    case 'absent':
    case 'queued':
      return 'queued';
    case 'running':
    case 'cancelling':
      if (step === 'boot_test') return 'testing';
      return step === 'upload' ? 'caching' : 'building';
    case 'reported':
      return 'caching';
    case 'completed':
      return 'completed';
    case 'failed':
    case 'cancelled':
      return 'failed';
  }
};

const stepDocument = (step: StepRecord): JobDocument['steps'][number] =>
  present({
    name: step.name,
    status: step.status,
    started_at: step.startedAt,
    duration_ms: step.durationMs,
    cache: step.cache,
    miss_reason: step.missReason,
    nearest_layer: step.nearest,
  });

const timesOf = ({ startedAt, endedAt }: JobRecord) => ({
  started_at: startedAt,
  completed_at: endedAt,
  duration_seconds:
    startedAt === undefined || endedAt === undefined
      ? undefined
      : Math.max(0, (epochMs(endedAt) - epochMs(startedAt)) / 1000),
});

const resultOf = (record: JobRecord) => {
  const { artifact, state } = record;
  const isShown = state.status === 'completed' || state.status === 'reported';
  if (artifact === undefined || !isShown) return logOf(record);
  const { key, sha256, sizeBytes } = artifact.object;
  return { ...logOf(record), output_path: key, image_size_gb: sizeBytes / GIB, checksum: sha256 };
};

/** The pieces of the log are numbered from the one that is named. */
const logOf = ({ request, log, bootTests, state }: JobRecord) => {
  if (log === undefined || log.chunks === 0) return {};
  const firstChunk = objectKeys.logChunk(request.jobId, highestAttempt(state), 1);
  return {
    build_log_path: firstChunk,
    test_log_path: bootTests.length === 0 ? undefined : firstChunk,
    log_chunks: log.chunks,
  };
};

const failureOf = (record: JobRecord) => {
  const { failure, cancel, state } = record;
  if (state.status !== 'cancelled') {
    return { ...attemptsOf(record), error_message: failure?.message, failure_class: failure?.class };
  }
  const by = cancel?.by ?? 'somebody';
  return {
    ...attemptsOf(record),
    error_message: `cancelled by ${by}${stoppedBy(record)}`,
    failure_class: 'cancelled' as const,
    cancelled_by: by,
  };
};

/** Whoever looks at one of several jobs of a version has to learn which other one ended it. */
const stoppedBy = ({ request, cancel }: JobRecord): string =>
  request.parts === undefined || cancel?.reason === undefined ? '' : `: ${cancel.reason}`;

const attemptsOf = ({ failure, setbacks, state }: JobRecord) => {
  const { failure: last, cleanUp } = setbacks.at(-1) ?? {};
  return {
    clean_up: cleanUp === undefined ? undefined : cleanUpSentence(cleanUp),
    retry_count: Math.max(0, highestAttempt(state) - 1),
    last_error: last?.message,
    failure_code: (failure ?? last)?.code,
  };
};
