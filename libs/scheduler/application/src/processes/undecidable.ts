import type { Clock } from '@gild/ports';

const PASSED_OVER_MS = 60_000;

/**
 * Waiting jobs that could not be granted for a fault that does not call itself passing. It may pass all the same, so each is
 * passed over for a minute only, by the monotonic clock.
 */
export class Undecidable {
  readonly #untilMs = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(jobId: string): void {
    this.#untilMs.set(jobId, this.#clock.monotonicMs() + PASSED_OVER_MS);
  }

  /** The job was granted after all. */
  delete(jobId: string): void {
    this.#untilMs.delete(jobId);
  }

  /** Whether it is to be passed over now. */
  has(jobId: string): boolean {
    return this.#clock.monotonicMs() < (this.#untilMs.get(jobId) ?? 0);
  }
}
