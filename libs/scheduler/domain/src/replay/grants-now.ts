import { isShutOut } from '../membership/membership.js';
import type { AgentCapacity } from '../placement/agent-pools.js';
import { queuedBuild, runningBuild } from '../placement/build-of-record.js';
import { countedBuilds, decideGrants, type Grant } from '../placement/decide-grants.js';
import { isSlotFree } from './free-slot.js';
import type { FarmCondition, KnownAgent } from './history.js';
import type { SimulatedBuilds } from './simulated-builds.js';

/** No event tells how full the disk of an agent is. */
const ROOM_ENOUGH = 100;

type Asked = {
  builds: Pick<SimulatedBuilds, 'waiting' | 'underWay' | 'queued'>;
  agents: readonly AgentCapacity[];
  limits: { maxParallelBuilds: number; minDiskFreePercent: number };
  now: string;
};

/** What the scheduler would grant at a moment of a simulation. */
export const grantsNow = ({ builds, agents, limits, now }: Asked): readonly Grant[] => {
  if (builds.waiting === 0) return [];
  const running = builds.underWay.map(({ record }) => runningBuild(record));
  // What nobody can be given need not be asked for: a long queue is gone through at every question.
  if (countedBuilds(running).length >= limits.maxParallelBuilds) return [];
  const queue = builds.queued.map(({ record }) => queuedBuild(record));
  const asked = { queue, running, agents, now };
  return isSlotFree(asked) ? decideGrants({ ...asked, policy: limits }).grants : [];
};

/** What agents can take, of those that are there and may be given builds. */
export const capacities = ({ agents }: FarmCondition): AgentCapacity[] =>
  [...agents.values()].flatMap((known) => capacityOf(known) ?? []);

const capacityOf = ({ state, member }: KnownAgent): AgentCapacity | undefined => {
  if (state.status !== 'present' || isShutOut(member)) return undefined;
  const { announced, drain, quarantine } = state;
  return { ...announced, freeDiskPercent: ROOM_ENOUGH, draining: drain !== undefined, quarantine };
};
