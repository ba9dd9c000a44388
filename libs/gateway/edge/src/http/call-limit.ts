import type { Clock } from '@gild/ports';

const WINDOW_MS = 60_000;

/** How often something may be called within a minute: by one caller, and by all of them. */
export class CallLimit {
  readonly #calls = new Map<string, number>();
  #all = 0;
  #sinceMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly most: { perCaller: number; overall: number },
  ) {
    this.#sinceMs = clock.monotonicMs();
  }

  /** Takes one call; undefined when it may pass, else the seconds until the next may. */
  take(caller: string): number | undefined {
    const now = this.clock.monotonicMs();
    if (now - this.#sinceMs >= WINDOW_MS) this.#begin(now);
    const calls = this.#calls.get(caller) ?? 0;
    if (calls >= this.most.perCaller || this.#all >= this.most.overall)
      return Math.ceil((this.#sinceMs + WINDOW_MS - now) / 1000);
    this.#calls.set(caller, calls + 1);
    this.#all += 1;
    return undefined;
  }

  #begin(now: number): void {
    this.#calls.clear();
    this.#all = 0;
    this.#sinceMs = now;
  }
}
