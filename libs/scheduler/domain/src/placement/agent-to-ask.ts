import { type AgentCapacity, agentPools } from './agent-pools.js';
import type { PlacementPolicy, RunningBuild } from './decide-grants.js';
import type { WaitingReason, Wanted } from './waiting-reasons.js';

/** Nothing is built for an answer: neither the disk nor the number of builds stands in its way. */
const NO_LIMITS: PlacementPolicy = { maxParallelBuilds: Infinity, minDiskFreePercent: 0 };

/** An agent to ask what a build would do, or why there is none. */
export type AgentToAsk = { agentId: string } | { hindrance: WaitingReason };

/** The one that would get the build; one that is busy when all are. */
export const agentToAsk = (
  wanted: Wanted,
  farm: { agents: readonly AgentCapacity[]; running: readonly RunningBuild[]; now: string },
): AgentToAsk => {
  const asked = { ...farm, queue: [], policy: NO_LIMITS };
  const pools = agentPools(asked);
  const place = pools.take(wanted) ?? agentPools({ ...asked, running: [] }).take(wanted);
  if (place !== undefined) return { agentId: place.agentId };
  return { hindrance: pools.hindrance(wanted) ?? pools.busy(wanted) };
};
