import { partsOf } from '@gild/contracts';
import { highestAttempt, type JobRecord, type QueuedBuild } from '@gild/scheduler-domain';

/** Records never change: what is made of one is kept for as long as it is, as a long queue is asked about at every look. */
const known = new WeakMap<JobRecord, QueuedBuild>();

/** A build in the queue as its placement sees it, without what depends on the time of asking. */
export const queuedAs = (record: JobRecord): QueuedBuild => {
  const build = known.get(record) ?? newlyQueued(record);
  known.set(record, build);
  return build;
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
  };
};

/** Absent, as everything in a definition that a later release wrote may be: it has tests. */
const wantsTests = (steps: unknown): boolean =>
  !(typeof steps === 'object' && steps !== null && 'run_tests' in steps && steps.run_tests === false);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Builds of one version are named after the job that holds its number. */
export const groupOf = ({ request }: JobRecord): { group?: string } =>
  request.parts === undefined ? {} : { group: partsOf(request)[0].jobId };
