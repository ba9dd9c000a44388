import type { Clock } from '@gild/ports';

export type LaterInTurnDeps<T> = {
  clock: Clock;
  delayMs: number;
  signal: AbortSignal;
  due: (item: T) => void;
};

/**
 * Hands each item to `due` the same time after it was added, in that order, with one timer for all of them: a farm that is asked for
 * thousands of builds a minute would hold a timer for each. What is left when the signal aborts is dropped.
 */
export class LaterInTurn<T> {
  readonly #given: LaterInTurnDeps<T>;
  readonly #waiting: { item: T; dueMs: number }[] = [];
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();

  constructor(given: LaterInTurnDeps<T>) {
    this.#given = given;
  }

  add(item: T): void {
    const { clock, delayMs, signal } = this.#given;
    if (signal.aborted) return;
    this.#waiting.push({ item, dueMs: clock.monotonicMs() + delayMs });
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#isRunning) await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, signal, due } = this.#given;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        const leftMs = next.dueMs - clock.monotonicMs();
        if (leftMs > 0) await clock.delay(leftMs, signal).catch(() => undefined);
        if (signal.aborted) return;
        this.#waiting.shift();
        due(next.item);
      }
    } finally {
      // In the same turn in which nothing was left: what is added in the next one begins a run of its own.
      this.#isRunning = false;
    }
  }
}
