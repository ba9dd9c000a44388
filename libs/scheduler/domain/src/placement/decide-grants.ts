import type { FailureClass } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { agentPools, type AgentCapacity, type Place } from './agent-pools.js';
import { inTurn } from './in-turn.js';
import { waitingReasons, type WaitingReason, type Wanted } from './waiting-reasons.js';

/** A build that waits for an agent. */
export type QueuedBuild = Wanted & {
  jobId: string;
  imageName: string;
  priority: number;
  requestedAt: string;
  nextAttempt: number;
  parallelBuilds: boolean;
  /** Short keys of the layers it will probably want; absent: nobody can tell. */
  layers?: readonly string[] | undefined;
  /** The same for all builds of one version, each for another architecture; absent: it is the only one. */
  group?: string | undefined;
  /** The attempt before: where it was, why it ended, and when the next one may begin. */
  setback?: { agentId: string; failureClass: FailureClass; delayMs: number; retryAt: string };
};

/** A build that has an agent, or whose artifact awaits publication (then `agentId` is absent). */
export type RunningBuild = {
  jobId: string;
  imageName: string;
  agentId?: string;
  group?: string | undefined;
};

export type PlacementPolicy = { maxParallelBuilds: number; minDiskFreePercent: number };

export type PlacementQuestion = {
  queue: readonly QueuedBuild[];
  running: readonly RunningBuild[];
  agents: readonly AgentCapacity[];
  policy: PlacementPolicy;
  now: string;
};

/** `emulated`: the agent is of another architecture; absent: it is not. */
export type Grant = { jobId: string; attempt: number; agentId: string; emulated?: boolean | undefined };
export type PlacementAnswer = {
  grants: readonly Grant[];
  waiting: readonly { jobId: string; reason: WaitingReason }[];
};

/** Who builds what now, and why the rest waits. A pure function of what is known: asked again, it answers the same. */
export const decideGrants = ({ queue, running, agents, policy, now }: PlacementQuestion): PlacementAnswer => {
  const pools = agentPools({ agents, running, queue, policy, now });
  const atWork = countedBuilds(running);
  const images = busyImages(atWork);
  let builds = atWork.length;
  const full = waitingReasons.policy(policy.maxParallelBuilds);
  const grants: Grant[] = [];
  const waiting: { jobId: string; reason: WaitingReason }[] = [];
  const give = (build: QueuedBuild): WaitingReason | undefined => {
    const hindrance = backOff(build, now) ?? pools.hindrance(build);
    if (hindrance !== undefined) return hindrance;
    if (images.isBusy(build) && !build.parallelBuilds) return waitingReasons.sameImage;
    if (builds >= policy.maxParallelBuilds) return full;
    const place = pools.take(build);
    if (place === undefined) return pools.busy(build);
    grants.push(grantOf(build, place));
    images.add(build);
    builds += 1;
    return undefined;
  };
  for (const build of inTurn(queue, running, now)) {
    const reason = give(build);
    if (reason !== undefined) waiting.push({ jobId: build.jobId, reason });
  }
  return { grants, waiting };
};

/** Builds that the policy's limit counts. */
export const countedBuilds = (running: readonly RunningBuild[]): RunningBuild[] =>
  running.filter((it) => !awaitsOthers(it));

/** It may wait for a build that has yet to get a place, for which there may be none: nothing may wait for it in turn. */
const awaitsOthers = ({ agentId, group }: RunningBuild): boolean =>
  agentId === undefined && group !== undefined;

type BuildOfImage = Pick<RunningBuild, 'jobId' | 'imageName' | 'group'>;

/** Which images are built; builds of one version do not stand in each other's way. */
const busyImages = (running: readonly BuildOfImage[]) => {
  const versions = new Map<string, Set<string>>();
  const add = ({ imageName, jobId, group = jobId }: BuildOfImage): void => {
    const known = versions.get(imageName) ?? new Set();
    versions.set(imageName, known.add(group));
  };
  running.forEach(add);
  return {
    add,
    isBusy: ({ imageName, group }: BuildOfImage): boolean => {
      const known = versions.get(imageName);
      const isOneOfThem = group !== undefined && known?.has(group) === true;
      return known !== undefined && known.size > (isOneOfThem ? 1 : 0);
    },
  };
};

const grantOf = ({ jobId, nextAttempt: attempt }: QueuedBuild, { agentId, emulated }: Place): Grant => ({
  ...{ jobId, attempt, agentId },
  ...(emulated ? { emulated } : {}),
});

const backOff = ({ setback, nextAttempt }: QueuedBuild, now: string): WaitingReason | undefined =>
  setback === undefined || epochMs(now) >= epochMs(setback.retryAt)
    ? undefined
    : waitingReasons.backOff(setback.delayMs, nextAttempt, setback.failureClass);
