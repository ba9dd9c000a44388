import { ARCHES } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { Farm } from '../farm.js';
import { entriesOf, type JobEntry, type JobsState } from '../views/jobs-state.js';
import { agentSummaries, type AgentSummary } from './agents-query.js';

type OfArch = { arch: string; count: number };

/** What waits and runs, and who could take it, in numbers. */
export type FarmLoad = {
  /** `reason`: code of what is recorded as the reason; `NEW` while there is none. */
  queued: (OfArch & { reason: string })[];
  /** Seconds since the request of the build that waits longest, by architecture; 0 where none waits. */
  oldest: { arch: string; seconds: number }[];
  running: OfArch[];
  /** Builds that want an agent: those that run, and those that wait for one. */
  wanted: OfArch[];
  agents: (OfArch & { state: AgentSummary['state'] })[];
  freeSlots: OfArch[];
  /** Of the last event that is in these numbers. */
  position: string | undefined;
};

/** Builds that wait for other builds: more agents would not help them. */
const FOR_OTHERS: ReadonlySet<string> = new Set(['POLICY_LIMIT', 'SAME_IMAGE']);
const NOT_TOLD = 'NEW';

export const farmLoad = async (farm: Farm): Promise<FarmLoad> => {
  const agents = await agentSummaries(farm);
  const state = await farm.view.current();
  const queued = entriesOf(state.queued, state);
  const running = entriesOf(state.underWay, state).filter(({ record }) => record.state.status !== 'reported');
  const reasonOf = ({ record }: JobEntry): string =>
    record.waiting?.code ?? farm.found.codeOf(record.request.jobId) ?? NOT_TOLD;
  const waiting = queued.filter((entry) => !FOR_OTHERS.has(reasonOf(entry)));
  const count = counterOf(archesKnown(state, agents));
  return {
    queued: byArchAnd(queued, reasonOf).map(([arch, reason, n]) => ({ arch, reason, count: n })),
    oldest: oldest(count(queued.map(archOf)), queued, farm.clock.now()),
    running: count(running.map(archOf)),
    wanted: count([...running, ...waiting].map(archOf)),
    agents: tally(agents.map(({ arch, state: standing }) => [arch, standing] as const)).map(
      ([arch, standing, n]) => ({ arch, state: standing, count: n }),
    ),
    freeSlots: count([]).map(({ arch }) => ({
      arch,
      count: freeSlots(agents.filter((it) => it.arch === arch)),
    })),
    position: farm.view.position(),
  };
};

const archOf = ({ record }: JobEntry): string => record.request.arch;

/** One that has nothing now counts 0: whoever follows its number must not take it for unknown. */
const archesKnown = ({ jobs }: JobsState, agents: readonly AgentSummary[]): Set<string> => {
  const arches = new Set<string>([...ARCHES, ...agents.map(({ arch }) => arch)]);
  for (const entry of jobs.values()) arches.add(archOf(entry));
  return arches;
};

const counterOf =
  (arches: ReadonlySet<string>) =>
  (found: readonly string[]): OfArch[] => {
    const counts = new Map([...arches].sort().map((arch) => [arch, 0]));
    for (const arch of found) counts.set(arch, (counts.get(arch) ?? 0) + 1);
    return [...counts].map(([arch, count]) => ({ arch, count }));
  };

const byArchAnd = (entries: readonly JobEntry[], of: (entry: JobEntry) => string) =>
  tally(entries.map((entry) => [archOf(entry), of(entry)] as const));

/** How often each pair occurs, in order. */
const tally = <K extends string>(pairs: readonly (readonly [arch: string, key: K])[]) => {
  const counts = new Map<string, readonly [arch: string, key: K, count: number]>();
  for (const [arch, key] of pairs) {
    const name = `${arch} ${key}`;
    counts.set(name, [arch, key, (counts.get(name)?.[2] ?? 0) + 1]);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counted]) => counted);
};

const oldest = (counts: readonly OfArch[], queued: readonly JobEntry[], now: string): FarmLoad['oldest'] =>
  counts.map(({ arch }) => {
    const waits = queued
      .filter((entry) => archOf(entry) === arch)
      .map(({ record }) => (epochMs(now) - epochMs(record.requestedAt)) / 1000);
    return { arch, seconds: waits.reduce((longest, seconds) => Math.max(longest, seconds), 0) };
  });

/** How many builds they could take now. */
const freeSlots = (agents: readonly AgentSummary[]): number =>
  agents
    .filter(({ state, last_seen_at: seen }) => state === 'ready' && seen !== undefined)
    .reduce((sum, { slots, running }) => sum + Math.max(0, slots - running.length), 0);
