import type { Clock } from '@gild/ports';

/**
 * Whether hints reach this scheduler, which it knows by its own coming back. One that hears nothing, because it is cut off
 * or was frozen, knows nothing of the agents that speak to the others.
 */
export class Hearing {
  readonly #clock: Clock;
  readonly #longestGapMs: number;
  #lastMs: number;
  #sinceMs: number;

  constructor(clock: Clock, longestGapMs: number) {
    this.#clock = clock;
    this.#longestGapMs = longestGapMs;
    this.#lastMs = this.#sinceMs = clock.monotonicMs();
  }

  /** A hint of its own came back. */
  echoed(): void {
    const now = this.#clock.monotonicMs();
    if (this.#isGap(now)) this.#sinceMs = now;
    this.#lastMs = now;
  }

  /** For how long it has heard without a gap; 0 while it hears nothing. */
  forMs(): number {
    const now = this.#clock.monotonicMs();
    return this.#isGap(now) ? 0 : now - this.#sinceMs;
  }

  #isGap(now: number): boolean {
    return now - this.#lastMs >= this.#longestGapMs;
  }
}
