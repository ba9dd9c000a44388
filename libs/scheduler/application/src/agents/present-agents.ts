import { shortKeysOf, type AgentDescription, type SyncRequest } from '@gild/contracts';
import type { Clock } from '@gild/ports';

export type PresentAgent = {
  description: AgentDescription;
  draining: boolean;
  /** The layers it says it holds, as a set that is made anew only when they change. */
  layers: ReadonlySet<string> | undefined;
  seenMs: number;
  seenAt: string;
};

/** The agents heard of since this scheduler started, by itself or by others, in memory only. */
export class PresentAgents {
  readonly #agents = new Map<string, PresentAgent>();
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
  }

  /** Returns whether that changed what the agent can take. */
  saw({ agent, draining }: Pick<SyncRequest, 'agent' | 'draining'>): boolean {
    const before = this.#agents.get(agent.agentId);
    const seenMs = this.#clock.monotonicMs();
    const layers = layersOf(agent, before);
    const seen = { description: agent, draining, layers, seenMs, seenAt: this.#clock.now() };
    this.#agents.set(agent.agentId, seen);
    return (
      before === undefined ||
      before.draining !== draining ||
      Math.round(before.description.freeDiskPercent) !== Math.round(agent.freeDiskPercent) ||
      before.description.sessionId !== agent.sessionId
    );
  }

  get(agentId: string): PresentAgent | undefined {
    return this.#agents.get(agentId);
  }

  /** Those heard of within that time. */
  within(ms: number): PresentAgent[] {
    const since = this.#clock.monotonicMs() - ms;
    return [...this.#agents.values()].filter(({ seenMs }) => seenMs > since);
  }

  /** Whether nothing was heard of anybody. */
  isEmpty(): boolean {
    return this.#agents.size === 0;
  }

  sinceStartMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }

  /** How long nothing was heard of it; since this scheduler's start if nothing ever was. */
  silentMs(agentId: string): number {
    return this.#clock.monotonicMs() - (this.#agents.get(agentId)?.seenMs ?? this.#startedMs);
  }
}

const layersOf = (
  { layers }: AgentDescription,
  before: PresentAgent | undefined,
): ReadonlySet<string> | undefined => {
  if (layers === undefined) return undefined;
  return before?.description.layers === layers ? before.layers : new Set(shortKeysOf(layers));
};
