import { DEFAULT_POLICY, type AgentEvent, type ImageBuildPolicy, type JobEvent } from '@gild/contracts';
import type { MembershipEvent } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { agent, type AgentState } from '../agent/agent.js';
import { membership, type MembershipState } from '../membership/membership.js';
import { evolveCourse, newCourse, type BuildCourse } from './course.js';

export type AgentFact = AgentEvent | MembershipEvent;

/** Something that happened to the farm, whatever was built there. */
export type FarmChange = { atMs: number } & (
  { agentId: string; event: AgentFact } | { policy: ImageBuildPolicy }
);

export type KnownAgent = { state: AgentState; member: MembershipState };

/** Agents and policy at some moment. */
export type FarmCondition = { agents: ReadonlyMap<string, KnownAgent>; policy: ImageBuildPolicy };

/** A stretch of a farm's life. What had ended before it is not in it. */
export type History = {
  fromMs: number;
  toMs: number;
  /** What was under way or waited when it began. */
  opening: { builds: ReadonlyMap<string, BuildCourse>; farm: FarmCondition };
  changes: readonly FarmChange[];
  /** Every build that was open then or requested later, as it was at the end, in the order of the log. */
  builds: ReadonlyMap<string, BuildCourse>;
};

const STRANGER: KnownAgent = { state: agent.initial, member: membership.initial };

/** The farm after something happened to it. */
export const farmAfter = ({ agents, policy }: FarmCondition, change: FarmChange): FarmCondition => {
  if ('policy' in change) return { agents, policy: change.policy };
  return { agents: new Map(agents).set(change.agentId, agentAfter(agents, change)), policy };
};

/** When a quarantine ends by itself that begins with the change. */
export const quarantinedUntilMs = (change: FarmChange): number | undefined => {
  if (!('event' in change) || change.event.type !== 'AgentQuarantined') return undefined;
  const { until } = change.event.data;
  return until === undefined ? undefined : epochMs(until);
};

type AgentChange = Extract<FarmChange, { agentId: string }>;

const agentAfter = (agents: ReadonlyMap<string, KnownAgent>, { agentId, event }: AgentChange): KnownAgent =>
  knownAfter(agents.get(agentId) ?? STRANGER, event);

const knownAfter = ({ state, member }: KnownAgent, event: AgentFact): KnownAgent => {
  const { type } = event;
  return type === 'AgentJoined' || type === 'AgentRemoved' || type === 'AgentReadmitted'
    ? { state, member: membership.evolve(member, event) }
    : { state: agent.evolve(state, event), member };
};

/**
 * Reads a history out of the events of a log, given in its order, one by one. It holds the builds and what happened to agents, not the events.
 * A clock that was set back stands still until it is where it was.
 */
export class HistoryReader {
  readonly #builds = new Map<string, BuildCourse>();
  readonly #agents = new Map<string, KnownAgent>();
  #policy = DEFAULT_POLICY;
  #changes: FarmChange[] = [];
  #opening: History['opening'] | undefined;
  #fromMs = 0;
  #nowMs = 0;

  get builds(): number {
    return this.#builds.size;
  }

  takeJob(jobId: string, event: JobEvent, time: string): void {
    const atMs = this.#at(time);
    const known = this.#builds.get(jobId);
    if (known === undefined) {
      if (event.type === 'BuildRequested') this.#builds.set(jobId, newCourse(event.data, atMs));
      return;
    }
    const course = evolveCourse(known, event, atMs);
    if (course.endedMs !== undefined && this.#opening === undefined) this.#builds.delete(jobId);
    else this.#builds.set(jobId, course);
  }

  takeAgent(agentId: string, event: AgentFact, time: string): void {
    this.#change({ atMs: this.#at(time), agentId, event });
  }

  takePolicy(policy: ImageBuildPolicy, time: string): void {
    this.#change({ atMs: this.#at(time), policy });
  }

  /** The stretch begins: with what was taken until now, at that time, or at that of the next event when absent. */
  begin(time?: string): void {
    this.#opening = { builds: new Map(this.#builds), farm: this.#farm() };
    this.#changes = [];
    this.#fromMs = time === undefined ? this.#nowMs : this.#at(time);
  }

  /** What was taken since the stretch began. `time`: until when nothing more happened; the last event when absent. */
  end(time?: string): History {
    const opening = this.#opening ?? { builds: new Map<string, BuildCourse>(), farm: this.#farm() };
    const toMs = time === undefined ? Math.max(this.#fromMs, this.#nowMs) : this.#at(time);
    return { fromMs: this.#fromMs, toMs, opening, changes: this.#changes, builds: this.#builds };
  }

  #change(change: FarmChange): void {
    // What happened before the stretch is in its opening, and need not be held.
    if (this.#opening !== undefined) this.#changes.push(change);
    else if ('policy' in change) this.#policy = change.policy;
    else this.#agents.set(change.agentId, agentAfter(this.#agents, change));
  }

  #farm(): FarmCondition {
    return { agents: new Map(this.#agents), policy: this.#policy };
  }

  #at(time: string): number {
    const atMs = epochMs(time);
    if (atMs > this.#nowMs) this.#nowMs = atMs;
    return this.#nowMs;
  }
}
