import type { Clock } from '@gild/ports';

/**
 * How long recorded reasons have stood, by this scheduler's monotonic clock since it first saw them: whoever wrote one may
 * have another idea of the time.
 */
export class ReasonAges {
  readonly #seenMs = new WeakMap<object, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 0 when it is asked about for the first time. */
  ageMs(reason: object): number {
    const now = this.#clock.monotonicMs();
    const seenMs = this.#seenMs.get(reason) ?? now;
    this.#seenMs.set(reason, seenMs);
    return now - seenMs;
  }
}
