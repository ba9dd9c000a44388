import type { AgentCapacity } from './agent-pools.js';

type Wanting = { layers?: readonly string[] | undefined };

/**
 * How many of a build's layers each agent holds; undefined where none is known to hold any. Agents are gone through once, when
 * it is first asked, for no other layers than those that anybody in the queue wants.
 */
export const heldLayersIndex = (agents: readonly AgentCapacity[], queue: readonly Wanting[]) => {
  let holders: Holders | undefined;
  return (layers: readonly string[] = []): ReadonlyMap<string, number> | undefined => {
    if (layers.length === 0) return undefined;
    holders ??= holdersOf(agents, new Set(queue.flatMap((it) => it.layers ?? [])));
    return countOf(layers, holders);
  };
};

type Holders = ReadonlyMap<string, readonly string[]>;

const countOf = (layers: readonly string[], holders: Holders): ReadonlyMap<string, number> | undefined => {
  const held = new Map<string, number>();
  for (const key of new Set(layers))
    for (const agentId of holders.get(key) ?? []) held.set(agentId, (held.get(agentId) ?? 0) + 1);
  return held.size === 0 ? undefined : held;
};

const holdersOf = (agents: readonly AgentCapacity[], wanted: ReadonlySet<string>): Holders => {
  const holders = new Map<string, string[]>();
  for (const { agentId, layers = [] } of agents) {
    for (const key of layers) {
      if (!wanted.has(key)) continue;
      const known = holders.get(key);
      if (known === undefined) holders.set(key, [agentId]);
      else known.push(agentId);
    }
  }
  return holders;
};
