import { Fault, type Clock } from '@gild/ports';

/** Resolves when what a service needs can be reached; rejects when not. */
export type Check = () => Promise<unknown>;

/** What a probe is told: nothing but states, because anybody may ask. */
export type ReadinessReport = {
  status: 'ready' | 'starting' | 'draining' | 'not ready';
  checks: Readonly<Record<string, 'up' | 'down'>>;
};

const ANSWER_WITHIN_MS = 2_000;
/** However often it is asked, what is behind a check is asked once in this time. */
const KEPT_MS = 1_000;

export type ReadinessOptions = {
  clock: Clock;
  /** Told when something goes down, with why, and when it is up again, once each. */
  onChange?: (name: string, why: unknown) => void;
};

/**
 * Whether a service should be given work: it has opened, does not drain, and reaches what it needs. From `drain` on it is
 * false for good, before anything is refused.
 */
export class Readiness {
  readonly #checks = new Map<string, Check>();
  readonly #down = new Set<string>();
  readonly #options: ReadinessOptions;
  #phase: 'starting' | 'open' | 'draining' = 'starting';
  #last: { atMs: number; states: Promise<ReadinessReport['checks']> } | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  needs(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** It takes work now. */
  open(): void {
    if (this.#phase === 'starting') this.#phase = 'open';
  }

  /** It takes nothing new any more. */
  drain(): void {
    this.#phase = 'draining';
  }

  async report(): Promise<ReadinessReport> {
    const checks = await this.#states();
    if (this.#phase !== 'open') return { status: this.#phase, checks };
    const allUp = Object.values(checks).every((state) => state === 'up');
    return { status: allUp ? 'ready' : 'not ready', checks };
  }

  #states(): Promise<ReadinessReport['checks']> {
    const now = this.#options.clock.monotonicMs();
    if (this.#last === undefined || now - this.#last.atMs >= KEPT_MS) {
      this.#last = { atMs: now, states: this.#ask() };
    }
    return this.#last.states;
  }

  async #ask(): Promise<ReadinessReport['checks']> {
    const states = [...this.#checks].map(async ([name, check]) => [name, await this.#state(name, check)]);
    return Object.fromEntries(await Promise.all(states)) as ReadinessReport['checks'];
  }

  async #state(name: string, check: Check): Promise<'up' | 'down'> {
    try {
      await this.#inTime(name, check);
      if (this.#down.delete(name)) this.#options.onChange?.(name, undefined);
      return 'up';
    } catch (why) {
      if (!this.#down.has(name)) this.#options.onChange?.(name, why);
      this.#down.add(name);
      return 'down';
    }
  }

  async #inTime(name: string, check: Check): Promise<void> {
    const answered = new AbortController();
    const late = this.#options.clock.delay(ANSWER_WITHIN_MS, answered.signal).then(() => {
      throw new Fault('TIMEOUT', `${name} did not answer within ${ANSWER_WITHIN_MS} ms`, { retryable: true });
    });
    late.catch(() => undefined);
    try {
      await Promise.race([check(), late]);
    } finally {
      answered.abort();
    }
  }
}
