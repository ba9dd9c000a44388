import type { NotBuilt, UnusableArch } from '@gild/contracts';
import { highestAttempt, isShut, type AgentState, type Quarantine } from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import type { PresentAgent } from '../agents/present-agents.js';
import { attemptsOf } from '../sync/desired-state.js';
import type { AgentEntry, JobsState } from '../views/jobs-state.js';
import { stateAt } from './state-at.js';

/** An agent in a list. What only the agent knows is absent until it is heard of again. */
export type AgentSummary = {
  agent_id: string;
  arch: string;
  /** Other architectures whose images it builds, emulated. */
  emulates: readonly string[];
  /** Of what it builds no image, and why not. */
  cannot_build: readonly NotBuilt[];
  /** Architectures whose images it cannot boot, and why not. */
  cannot_boot: readonly UnusableArch[];
  slots: number;
  host: string;
  release: string;
  session_id: string;
  /** `quarantined`: it gets nothing; `probation`: one build at a time until one succeeds there. */
  state: 'ready' | 'busy' | 'draining' | 'quarantined' | 'probation' | 'silent';
  /** Who wants it drained; absent: nobody, or it leaves by itself. */
  drain?: { by: string; reason?: string | undefined };
  /** `until` absent: until it is released by hand. */
  quarantine?: Quarantine;
  running: { job_id: string; attempt: number }[];
  free_disk_percent?: number;
  last_seen_at?: string;
};

type Known = Exclude<AgentState, { status: 'unknown' }>;

/** Every agent that ever announced itself, by id; of the past what is on record, which is not what only the agent knows. */
export const agentSummaries = async (farm: Farm, at?: string): Promise<AgentSummary[]> => {
  const scene = at === undefined ? await presentScene(farm) : { ...(await stateAt(at, farm)), seen: unseen };
  const { agents } = scene.state;
  return [...agents.keys()].sort().flatMap((agentId) => {
    const entry = agents.get(agentId);
    return entry === undefined ? [] : summary(agentId, entry, scene);
  });
};

type Scene = { state: JobsState; now: string; seen: (agentId: string) => PresentAgent | undefined };

const presentScene = async (farm: Farm): Promise<Scene> => ({
  state: await farm.view.current(),
  now: farm.clock.now(),
  seen: (agentId) => farm.present.get(agentId),
});

const unseen = (): undefined => undefined;

const summary = (
  agentId: string,
  { state: agent }: AgentEntry,
  { state, now, seen: seenOf }: Scene,
): AgentSummary[] => {
  if (agent.status === 'unknown') return [];
  const {
    arch,
    emulates = [],
    cannotBuild = [],
    cannotBoot = [],
    slots,
    host,
    release,
    sessionId,
  } = agent.announced;
  const { drain, quarantine } = agent;
  const seen = seenOf(agentId);
  const running = attemptsOf(agentId, state).map(({ record }) => ({
    job_id: record.request.jobId,
    attempt: highestAttempt(record.state),
  }));
  return [
    {
      ...{ agent_id: agentId, arch, emulates, slots, host, release },
      ...{ cannot_build: cannotBuild, cannot_boot: cannotBoot },
      ...{ session_id: sessionId, running },
      state: standing(agent, { seen, full: running.length >= slots, now }),
      ...(drain && { drain }),
      ...(quarantine && { quarantine }),
      ...(seen && { free_disk_percent: seen.description.freeDiskPercent, last_seen_at: seen.seenAt }),
    },
  ];
};

type Circumstances = { seen: PresentAgent | undefined; full: boolean; now: string };

const standing = (
  { status, drain, quarantine }: Known,
  { seen, full, now }: Circumstances,
): AgentSummary['state'] => {
  if (status === 'silent') return 'silent';
  if (seen?.draining === true || drain !== undefined) return 'draining';
  if (quarantine !== undefined) return isShut({ quarantine }, now) ? 'quarantined' : 'probation';
  return full ? 'busy' : 'ready';
};
