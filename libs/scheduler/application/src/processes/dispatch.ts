import { epochMs } from '@gild/kernel';
import {
  decideGrants,
  highestAttempt,
  type Grant,
  type PlacementQuestion,
  type QueuedBuild,
  type RunningBuild,
} from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';
import { entriesOf, type JobEntry, type JobsState } from '../views/jobs-state.js';
import { tellWhy } from './tell-why.js';

/** Gives waiting builds to agents, and records why the others wait. */
export const dispatch = async (state: JobsState, farm: Farm): Promise<void> => {
  if (state.queued.size === 0) return;
  const { grants, waiting } = decideGrants(placementQuestion(state, farm));
  for (const grant of grants) await give(grant, farm);
  await tellWhy(waiting, { state, farm });
};

const give = async ({ jobId, attempt, agentId }: Grant, farm: Farm): Promise<void> => {
  const { clock, decideJob, timing, bell } = farm;
  const data = { attempt, agentId, leaseMs: timing.leaseMs, now: clock.now() };
  // Refused means that another scheduler was faster or the build was cancelled: both are seen at the next look.
  const decision = await decideJob(jobId, { type: 'GrantAttempt', data }, { actor: SCHEDULER });
  if (decision.ok) bell.ring(agentId);
};

const placementQuestion = (state: JobsState, { present, timing, clock }: Farm): PlacementQuestion => ({
  queue: entriesOf(state.queued, state).map(queuedBuild),
  running: entriesOf(state.underWay, state).map(runningBuild),
  agents: present
    .within(timing.seenWithinMs)
    .map(({ description, draining }) => ({ ...description, draining })),
  policy: {
    maxParallelBuilds: state.policy.max_parallel_builds,
    minDiskFreePercent: state.policy.min_disk_free_percent,
  },
  now: clock.now(),
});

const queuedBuild = ({ record }: JobEntry): QueuedBuild => {
  const { jobId, imageName, arch, priority, definition } = record.request;
  const build = {
    ...{ jobId, imageName, arch, priority, requestedAt: record.requestedAt },
    nextAttempt: highestAttempt(record.state) + 1,
    parallelBuilds: definition['parallel_builds'] === true,
  };
  const last = record.setbacks.at(-1);
  if (last?.retryAt === undefined) return build;
  const { agentId, failure, retryAt, time } = last;
  const delayMs = epochMs(retryAt) - epochMs(time);
  return { ...build, setback: { agentId, failureClass: failure.class, delayMs, retryAt } };
};

/** A build whose artifact awaits publication holds no slot of its agent any more. */
const runningBuild = ({ record }: JobEntry): RunningBuild => {
  const { jobId, imageName } = record.request;
  return record.state.status === 'reported' || record.agentId === undefined
    ? { jobId, imageName }
    : { jobId, imageName, agentId: record.agentId };
};
