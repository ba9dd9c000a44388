import { epochMs } from '@gild/kernel';
import { Fault } from '@gild/ports';
import {
  decideGrants,
  highestAttempt,
  queuedBuild,
  runningBuild,
  type Grant,
  type PlacementQuestion,
  type QueuedBuild,
} from '@gild/scheduler-domain';
import { capacityOf } from '../agents/capacity.js';
import { LOOP, SCHEDULER, type Farm } from '../farm.js';
import { entriesOf, type JobEntry, type JobsState } from '../views/jobs-state.js';
import { wantedLayers } from '../views/wanted-layers.js';
import { lastPlacement, recordPlacement, type LastPlacement, type Placement } from './placements.js';
import { tellWhy } from './tell-why.js';

/** Gives waiting builds to agents, and records why the others wait. */
export const dispatch = async ({ queued }: JobsState, farm: Farm): Promise<void> => {
  if (queued.size === 0) return;
  const last = await lastPlacement(farm);
  const state = await granted(last, farm);
  const time = farm.clock.now();
  const { grants, waiting } = decideGrants(placementQuestion(state, { farm, now: time }));
  if (grants.length > 0) {
    const placement = { time, grants };
    // Another scheduler decided meanwhile, knowing nothing of this: what is left is to be seen at the next look.
    if (!(await recordPlacement(placement, last, farm))) return farm.bell.ring(LOOP);
    await giveAll(placement, { state, farm });
  }
  await tellWhy(waiting, { state, farm });
};

/**
 * The state in which all of the last placement is granted, by whoever made it or else by this scheduler, but for what could
 * not be granted a moment ago.
 */
const granted = async ({ placement }: LastPlacement, farm: Farm): Promise<JobsState> => {
  // Read after the placement: whatever was decided before is in it.
  const state = await farm.view.current();
  if (placement === undefined) return state;
  const grants = placement.grants.filter(({ jobId, attempt }) => {
    const record = state.jobs.get(jobId)?.record;
    // One that was cancelled meanwhile waits no more, and would be refused at every look until the next placement.
    if (record?.state.status !== 'queued') return false;
    return attempt > highestAttempt(record.state) && !farm.undecidable.has(jobId);
  });
  if (grants.length === 0) return state;
  await giveAll({ ...placement, grants }, { state, farm });
  return farm.view.current();
};

const giveAll = async (
  { time, grants }: Placement,
  { state, farm }: { state: JobsState; farm: Farm },
): Promise<void> => {
  for (const grant of grants) {
    try {
      await give(grant, whenDue(time, state.jobs.get(grant.jobId)), farm);
      farm.undecidable.delete(grant.jobId);
    } catch (error) {
      // Nothing new may be decided before this grant is; but what may never be decided must not keep the others waiting.
      if (error instanceof Fault && error.retryable) throw error;
      farm.undecidable.add(grant.jobId);
      farm.report(error, { jobId: grant.jobId });
    }
  }
};

/** Whoever placed it found it due, maybe by another clock than the one that its retry was timed by. */
const whenDue = (time: string, entry: JobEntry | undefined): string => {
  const { retryAt = time } = entry?.record.setbacks.at(-1) ?? {};
  return epochMs(retryAt) > epochMs(time) ? retryAt : time;
};

const give = async ({ jobId, ...grant }: Grant, time: string, farm: Farm): Promise<void> => {
  const data = { ...grant, leaseMs: farm.timing.leaseMs, now: time };
  // Refused means that the build was cancelled meanwhile.
  const decision = await farm.decideJob(jobId, { type: 'GrantAttempt', data }, { actor: SCHEDULER });
  if (decision.ok) farm.bell.ring(grant.agentId);
};

const placementQuestion = (
  state: JobsState,
  { farm, now }: { farm: Farm; now: string },
): PlacementQuestion => ({
  queue: entriesOf(state.queued, state)
    .filter(({ record }) => !farm.undecidable.has(record.request.jobId))
    .map((entry) => withLayers(queuedBuild(entry.record, dueAt(entry.record, { farm, now })), entry, state)),
  running: entriesOf(state.underWay, state).map(({ record }) => runningBuild(record)),
  agents: farm.present.within(farm.timing.seenWithinMs).map((seen) => capacityOf(seen, { state, farm, now })),
  policy: {
    maxParallelBuilds: state.policy.max_parallel_builds,
    minDiskFreePercent: state.policy.min_disk_free_percent,
  },
  now,
});

const withLayers = (build: QueuedBuild, { record }: JobEntry, state: JobsState): QueuedBuild => {
  const layers = wantedLayers(record.request, state);
  return layers === undefined ? build : { ...build, layers };
};

/** A wall clock that was set back must not make a build wait for longer. */
const dueAt = (
  { setbacks }: JobEntry['record'],
  { farm: { reasons }, now }: { farm: Farm; now: string },
): string | undefined => {
  const last = setbacks.at(-1);
  if (last?.retryAt === undefined) return undefined;
  return reasons.ageMs(last) >= epochMs(last.retryAt) - epochMs(last.time) ? now : last.retryAt;
};
