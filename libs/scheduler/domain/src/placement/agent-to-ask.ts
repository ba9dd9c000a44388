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
  { agents, running }: { agents: readonly AgentCapacity[]; running: readonly RunningBuild[] },
): AgentToAsk => {
  const pools = agentPools(agents, running, NO_LIMITS);
  const place = pools.take(wanted, undefined) ?? agentPools(agents, [], NO_LIMITS).take(wanted, undefined);
  if (place !== undefined) return { agentId: place.agentId };
  return { hindrance: pools.hindrance(wanted) ?? pools.busy(wanted) };
};
