import type { PlacementPolicy, RunningBuild } from './decide-grants.js';
import { waitingReasons, type WaitingReason } from './waiting-reasons.js';

/** An agent that was heard of within its lease. */
export type AgentCapacity = {
  agentId: string;
  arch: string;
  slots: number;
  draining: boolean;
  freeDiskPercent: number;
};

type Seat = { agentId: string; free: number };

/** Free slots by architecture, and why an architecture has none at all. */
export const agentPools = (
  agents: readonly AgentCapacity[],
  running: readonly RunningBuild[],
  policy: PlacementPolicy,
) => {
  const byArch = Map.groupBy(agents, ({ arch }) => arch);
  const usable = (it: AgentCapacity) => !it.draining && it.freeDiskPercent >= policy.minDiskFreePercent;
  const taken = takenSlots(running);
  const seats = new Map<string, Seat[]>();
  for (const [arch, members] of byArch) {
    const free = members
      .filter(usable)
      .map(({ agentId, slots }) => ({ agentId, free: slots - (taken.get(agentId) ?? 0) }));
    seats.set(arch, free.filter((seat) => seat.free > 0).sort(byAgentId));
  }

  return {
    hindrance: (arch: string): WaitingReason | undefined => {
      const members = byArch.get(arch) ?? [];
      if (members.length === 0) return waitingReasons.noAgent(arch);
      if (members.every(({ draining }) => draining)) return waitingReasons.draining(arch);
      return members.some(usable) ? undefined : waitingReasons.diskLow(policy.minDiskFreePercent);
    },
    /** Takes a slot of the agent with the most free ones; of another one than `avoided` when there is another. */
    take: (arch: string, avoided: string | undefined): string | undefined => {
      const free = seats.get(arch) ?? [];
      const seat = mostFree(free.filter(({ agentId }) => agentId !== avoided)) ?? mostFree(free);
      if (seat === undefined) return undefined;
      seat.free -= 1;
      if (seat.free === 0) free.splice(free.indexOf(seat), 1);
      return seat.agentId;
    },
  };
};

const takenSlots = (running: readonly RunningBuild[]): Map<string, number> => {
  const taken = new Map<string, number>();
  for (const { agentId } of running) {
    if (agentId !== undefined) taken.set(agentId, (taken.get(agentId) ?? 0) + 1);
  }
  return taken;
};

const byAgentId = (a: Seat, b: Seat): number => (a.agentId < b.agentId ? -1 : 1);

const mostFree = (seats: readonly Seat[]): Seat | undefined =>
  seats.reduce<Seat | undefined>(
    (best, seat) => (best === undefined || seat.free > best.free ? seat : best),
    undefined,
  );
