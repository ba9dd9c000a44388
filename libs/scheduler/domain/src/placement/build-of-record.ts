import { partsOf } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { highestAttempt } from '../job/job-state.js';
import type { JobRecord } from '../record/job-record.js';
import type { QueuedBuild, RunningBuild } from './decide-grants.js';

/** Records never change: what is made of one is kept for as long as it is, as a long queue is asked about at every look. */
const known = new WeakMap<JobRecord, QueuedBuild>();

/**
 * A build in the queue as its placement sees it. `dueAt`: when the next attempt may begin at the earliest; absent: when it was said that it
 * may. Unknown is which layers it wants.
 */
export const queuedBuild = (record: JobRecord, dueAt?: string): QueuedBuild => {
  const build = known.get(record) ?? newlyQueued(record);
  known.set(record, build);
  const { setback } = build;
  return setback === undefined || dueAt === undefined || dueAt === setback.retryAt
    ? build
    : { ...build, setback: { ...setback, retryAt: dueAt } };
};

/** A build under way. One whose artifact awaits publication holds no slot of its agent any more. */
export const runningBuild = (record: JobRecord): RunningBuild => {
  const { jobId, imageName } = record.request;
  const build = { jobId, imageName, ...groupOf(record) };
  return record.state.status === 'reported' || record.agentId === undefined
    ? build
    : { ...build, agentId: record.agentId };
};

const newlyQueued = (record: JobRecord): QueuedBuild => {
  const { jobId, imageName, arch, priority, definition, bootTest } = record.request;
  return {
    jobId,
    imageName,
    arch,
    priority,
    requestedAt: record.requestedAt,
    distribution: textOf(definition['base_os']),
    release: textOf(definition['os_version']),
    booted: bootTest && wantsTests(definition['steps']),
    nextAttempt: highestAttempt(record.state) + 1,
    parallelBuilds: definition['parallel_builds'] === true,
    ...groupOf(record),
    ...setbackOf(record),
  };
};

const setbackOf = ({ setbacks }: JobRecord): Pick<QueuedBuild, 'setback'> => {
  const last = setbacks.at(-1);
  if (last?.retryAt === undefined) return {};
  const { agentId, failure, retryAt, time } = last;
  const delayMs = epochMs(retryAt) - epochMs(time);
  return { setback: { agentId, failureClass: failure.class, delayMs, retryAt } };
};

/** Absent, as everything in a definition that a later release wrote may be: it has tests. */
const wantsTests = (steps: unknown): boolean =>
  !(typeof steps === 'object' && steps !== null && 'run_tests' in steps && steps.run_tests === false);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Builds of one version are named after the job that holds its number. */
const groupOf = ({ request }: JobRecord): { group?: string } =>
  request.parts === undefined ? {} : { group: partsOf(request)[0].jobId };
