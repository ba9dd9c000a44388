import { archesOf, isShut, type AgentCapacity } from '../placement/agent-pools.js';
import type { QueuedBuild, RunningBuild } from '../placement/decide-grants.js';

type Asked = {
  queue: readonly Pick<QueuedBuild, 'arch'>[];
  running: readonly RunningBuild[];
  agents: readonly AgentCapacity[];
  now: string;
};

/**
 * Whether an agent that takes builds has a slot for an architecture that somebody waits for. Where none has, nothing can be granted, and
 * the whole queue need not be put in turn to find that out.
 */
export const isSlotFree = ({ queue, running, agents, now }: Asked): boolean => {
  const wanted = new Set(queue.map(({ arch }) => arch));
  const taken = new Map<string, number>();
  for (const { agentId } of running)
    if (agentId !== undefined) taken.set(agentId, (taken.get(agentId) ?? 0) + 1);
  return agents.some(
    (agent) =>
      !agent.draining &&
      agent.slots > (taken.get(agent.agentId) ?? 0) &&
      archesOf(agent).some((arch) => wanted.has(arch)) &&
      !isShut(agent, now),
  );
};
