import type { NotBuilt, UnusableArch } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { PlacementPolicy, QueuedBuild, RunningBuild } from './decide-grants.js';
import { heldLayersIndex } from './held-layers-index.js';
import { bestSeat, type Seat } from './seats.js';
import {
  ableTo,
  type Failing,
  type Refusing,
  waitingReasons,
  type WaitingReason,
  type Wanted,
} from './waiting-reasons.js';

/** An agent that was heard of within its lease. */
export type AgentCapacity = {
  agentId: string;
  arch: string;
  /** What else it builds, emulated, and what else it could build if its host had the emulator; absent: nothing. */
  emulates?: readonly string[] | undefined;
  couldEmulate?: readonly string[] | undefined;
  /** What it would build if something else did not keep its host from emulating it. */
  cannotEmulate?: readonly UnusableArch[] | undefined;
  /** Of what it builds no image, and why not; absent: it builds of everything. */
  cannotBuild?: readonly NotBuilt[] | undefined;
  /** Architectures whose images it cannot boot, and why not; absent: it boots all it builds. */
  cannotBoot?: readonly UnusableArch[] | undefined;
  slots: number;
  draining: boolean;
  /** Absent: it is in none. `until` absent: it ends by hand only; over: one build at a time may show that it works again. */
  quarantine?: { reason: string; until?: string | undefined } | undefined;
  freeDiskPercent: number;
  /** Short keys of layers it has cached; absent: it does not say. */
  layers?: ReadonlySet<string> | undefined;
};

/** Where a build goes, and whether its architecture is emulated there. */
export type Place = { agentId: string; emulated: boolean };

/** Every architecture an agent builds for, its own first. */
export const archesOf = ({
  arch,
  emulates = [],
}: Pick<AgentCapacity, 'arch' | 'emulates'>): readonly string[] => [arch, ...emulates];

/** Agents of an architecture that build what is wanted, and one of those that do not. */
type Pool = {
  able: readonly AgentCapacity[];
  refusing: Refusing | undefined;
  /** Places of those that may take something, by name; full ones go. */
  open: readonly Seat[];
  /** Why builds wait, said once for all of them: thousands may. */
  reasons: { hindrance?: WaitingReason | undefined; busy?: WaitingReason };
};

type Asked = {
  agents: readonly AgentCapacity[];
  running: readonly RunningBuild[];
  queue: readonly Pick<QueuedBuild, 'layers'>[];
  policy: PlacementPolicy;
  now: string;
};

/** Free slots by what is wanted of an agent, and why there is no agent for it at all. */
export const agentPools = ({ agents, running, queue, policy, now }: Asked) => {
  const usable = (it: AgentCapacity) =>
    !it.draining && !isShut(it, now) && it.freeDiskPercent >= policy.minDiskFreePercent;
  const byName = agents.toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1));
  const poolOf = poolsOf(byName, freeSeats(byName.filter(usable), running));
  const heldBy = heldLayersIndex(agents, queue);

  return {
    hindrance: (wanted: Wanted): WaitingReason | undefined => {
      const pool = poolOf(wanted);
      if (!('hindrance' in pool.reasons))
        pool.reasons.hindrance = hindranceOf(wanted, pool, { byName, usable, policy, now });
      return pool.reasons.hindrance;
    },
    busy: (wanted: Wanted): WaitingReason => {
      const pool = poolOf(wanted);
      return (pool.reasons.busy ??= waitingReasons.busy(wanted.arch, meant(wanted, pool)));
    },
    /** Takes a slot of the agent that suits the build best. */
    take: (build: Taking): Place | undefined => {
      const { arch } = build;
      const pool = poolOf(build);
      pool.open = pool.open.filter((seat) => seat.free > 0);
      const seat = bestSeat(pool.open, { arch, avoided: build.setback?.agentId, held: heldBy(build.layers) });
      if (seat === undefined) return undefined;
      seat.free -= 1;
      return { agentId: seat.agentId, emulated: seat.arch !== arch };
    },
  };
};

type Around = Pick<Asked, 'policy' | 'now'> & {
  byName: readonly AgentCapacity[];
  usable: (agent: AgentCapacity) => boolean;
};

const hindranceOf = (
  wanted: Wanted,
  pool: Pool,
  { byName, usable, policy, now }: Around,
): WaitingReason | undefined => {
  const { arch } = wanted;
  const { able, refusing } = pool;
  if (able.length === 0)
    return refusing === undefined
      ? waitingReasons.noAgent(arch, helpers(arch, byName), failing(arch, byName))
      : waitingReasons.noTools(wanted, refusing);
  if (able.every(({ draining }) => draining)) return waitingReasons.draining(arch, meant(wanted, pool));
  if (able.some(usable)) return undefined;
  const shut = able.filter((it) => isShut(it, now));
  if (able.every((it) => it.draining || isShut(it, now)))
    return waitingReasons.quarantined(
      arch,
      { shut, alone: shut.length === able.length },
      meant(wanted, pool),
    );
  return waitingReasons.diskLow(policy.minDiskFreePercent, meant(wanted, pool));
};

/** Of the architecture's agents all are meant, or those that build it. */
const meant = (wanted: Wanted, { refusing }: Pool): string =>
  refusing === undefined ? '' : ableTo(wanted, refusing);

type Taking = Wanted & Pick<QueuedBuild, 'layers' | 'setback'>;

/** Whether it gets nothing at all now: it is in quarantine, and not to be tried again yet. */
export const isShut = ({ quarantine }: Pick<AgentCapacity, 'quarantine'>, now: string): boolean =>
  quarantine !== undefined && (quarantine.until === undefined || epochMs(now) < epochMs(quarantine.until));

/** One pool for all builds that want the same; agents are in several, and their slots are the same in all. */
const poolsOf = (byName: readonly AgentCapacity[], seats: ReadonlyMap<string, Seat>) => {
  const pools = new Map<string, Pool>();
  return (wanted: Wanted): Pool => {
    const key = JSON.stringify([wanted.arch, wanted.distribution, wanted.release, wanted.booted]);
    const known = pools.get(key);
    if (known !== undefined) return known;
    const members = byName.filter((it) => archesOf(it).includes(wanted.arch));
    const refusals = members.map((it) => refusalOf(it, wanted));
    const able = members.filter((_, index) => refusals[index] === undefined);
    const open = able.flatMap(({ agentId }) => seats.get(agentId) ?? []);
    const pool: Pool = { able, refusing: firstOf(refusals), open, reasons: {} };
    pools.set(key, pool);
    return pool;
  };
};

/** One that builds and cannot boot before one that does not build: the build may do without its boot test. */
const firstOf = (refusals: readonly (Refusing | undefined)[]): Refusing | undefined =>
  refusals.find((it) => it?.does === 'boot') ?? refusals.find((it) => it !== undefined);

const refusalOf = (
  { agentId, cannotBuild = [], cannotBoot = [] }: AgentCapacity,
  { arch, distribution, release, booted }: Wanted,
): Refusing | undefined => {
  const unbuilt = cannotBuild.find(
    (its) => its.distribution === distribution && (its.release === undefined || its.release === release),
  );
  if (unbuilt !== undefined) return { agentId, reason: unbuilt.reason, does: 'build' };
  const unbooted = booted === true ? cannotBoot.find((its) => its.arch === arch) : undefined;
  return unbooted && { agentId, reason: unbooted.reason, does: 'boot' };
};

const freeSeats = (usable: readonly AgentCapacity[], running: readonly RunningBuild[]): Map<string, Seat> => {
  const taken = takenSlots(running);
  return new Map(
    usable.map(({ agentId, arch, emulates: { length: others } = [], slots, quarantine, freeDiskPercent }) => {
      // One that was in quarantine has to show with one build that it works.
      const open = quarantine === undefined ? slots : 1;
      return [agentId, { agentId, arch, others, freeDiskPercent, free: open - (taken.get(agentId) ?? 0) }];
    }),
  );
};

/** Architectures of agents that lack no more than an emulator. */
const helpers = (arch: string, agents: readonly AgentCapacity[]): string[] => [
  ...new Set(agents.filter((it) => it.couldEmulate?.includes(arch)).map((it) => it.arch)),
];

/** The first agent, by name, that would emulate the architecture and says why it cannot. */
const failing = (arch: string, byName: readonly AgentCapacity[]): Failing | undefined =>
  byName
    .flatMap((it) =>
      (it.cannotEmulate ?? []).flatMap((its) =>
        its.arch === arch ? [{ arch: it.arch, reason: its.reason }] : [],
      ),
    )
    .at(0);

const takenSlots = (running: readonly RunningBuild[]): Map<string, number> => {
  const taken = new Map<string, number>();
  for (const { agentId } of running) {
    if (agentId !== undefined) taken.set(agentId, (taken.get(agentId) ?? 0) + 1);
  }
  return taken;
};
