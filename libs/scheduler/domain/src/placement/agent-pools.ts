import type { PlacementPolicy, RunningBuild } from './decide-grants.js';
import { type Failing, waitingReasons, type WaitingReason } from './waiting-reasons.js';

/** An agent that was heard of within its lease. */
export type AgentCapacity = {
  agentId: string;
  arch: string;
  /** What else it builds, emulated, and what else it could build if its host had the emulator; absent: nothing. */
  emulates?: readonly string[] | undefined;
  couldEmulate?: readonly string[] | undefined;
  /** What it would build if something else did not keep its host from emulating it. */
  cannotEmulate?: readonly { arch: string; reason: string }[] | undefined;
  slots: number;
  draining: boolean;
  freeDiskPercent: number;
};

/** Where a build goes, and whether its architecture is emulated there. */
export type Place = { agentId: string; emulated: boolean };

/** Every architecture an agent builds for, its own first. */
export const archesOf = ({
  arch,
  emulates = [],
}: Pick<AgentCapacity, 'arch' | 'emulates'>): readonly string[] => [arch, ...emulates];

/** The free slots of one agent, whatever it builds in them. */
type Seat = { agentId: string; arch: string; free: number };

/** Free slots by architecture, and why an architecture has none at all. */
export const agentPools = (
  agents: readonly AgentCapacity[],
  running: readonly RunningBuild[],
  policy: PlacementPolicy,
) => {
  const byArch = groupedBy(agents, archesOf);
  const usable = (it: AgentCapacity) => !it.draining && it.freeDiskPercent >= policy.minDiskFreePercent;
  const taken = takenSlots(running);
  const free = agents
    .filter(usable)
    .map(({ agentId, arch, emulates, slots }) => ({
      seat: { agentId, arch, free: slots - (taken.get(agentId) ?? 0) },
      arches: archesOf({ arch, emulates }),
    }))
    .sort((a, b) => (a.seat.agentId < b.seat.agentId ? -1 : 1));
  const seats = new Map<string, Seat[]>();
  for (const [arch, members] of groupedBy(free, ({ arches }) => arches))
    seats.set(
      arch,
      members.map(({ seat }) => seat),
    );

  return {
    hindrance: (arch: string): WaitingReason | undefined => {
      const members = byArch.get(arch) ?? [];
      if (members.length === 0)
        return waitingReasons.noAgent(arch, helpers(arch, agents), failing(arch, agents));
      if (members.every(({ draining }) => draining)) return waitingReasons.draining(arch);
      return members.some(usable) ? undefined : waitingReasons.diskLow(policy.minDiskFreePercent);
    },
    /**
     * Takes a slot of the agent with the most free ones: of another one than `avoided` when there is another, and then of one
     * that need not emulate when there is one.
     */
    take: (arch: string, avoided: string | undefined): Place | undefined => {
      const open = (seats.get(arch) ?? []).filter((seat) => seat.free > 0);
      seats.set(arch, open);
      const others = open.filter(({ agentId }) => agentId !== avoided);
      const seat = best(others, arch) ?? best(open, arch);
      if (seat === undefined) return undefined;
      seat.free -= 1;
      return { agentId: seat.agentId, emulated: seat.arch !== arch };
    },
  };
};

/** Architectures of agents that lack no more than an emulator. */
const helpers = (arch: string, agents: readonly AgentCapacity[]): string[] => [
  ...new Set(agents.filter((it) => it.couldEmulate?.includes(arch)).map((it) => it.arch)),
];

/** The first agent, by name, that would emulate the architecture and says why it cannot. */
const failing = (arch: string, agents: readonly AgentCapacity[]): Failing | undefined =>
  agents
    .toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1))
    .flatMap((it) =>
      (it.cannotEmulate ?? []).flatMap((its) =>
        its.arch === arch ? [{ arch: it.arch, reason: its.reason }] : [],
      ),
    )
    .at(0);

const groupedBy = <T>(items: readonly T[], keys: (item: T) => readonly string[]): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of new Set(keys(item))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
};

const takenSlots = (running: readonly RunningBuild[]): Map<string, number> => {
  const taken = new Map<string, number>();
  for (const { agentId } of running) {
    if (agentId !== undefined) taken.set(agentId, (taken.get(agentId) ?? 0) + 1);
  }
  return taken;
};

const best = (seats: readonly Seat[], arch: string): Seat | undefined =>
  mostFree(seats.filter((seat) => seat.arch === arch)) ?? mostFree(seats);

const mostFree = (seats: readonly Seat[]): Seat | undefined =>
  seats.reduce<Seat | undefined>(
    (most, seat) => (most === undefined || seat.free > most.free ? seat : most),
    undefined,
  );
