import type { Clock } from '@gild/ports';

const POLL_MS = 20;

/**
 * Tells sleeping subscribers that the log has grown: at once for appends of this process, within 20 ms for those of others,
 * for which SQLite has no notification but a counter. The counter is read only while somebody sleeps.
 */
export class CommitWatch {
  readonly #dataVersion: () => number;
  readonly #clock: Clock;
  readonly #sleepers = new Set<() => void>();
  readonly #stop = new AbortController();
  #seenVersion: number;
  #polling = false;
  #generation = 0;

  constructor(dataVersion: () => number, clock: Clock) {
    this.#dataVersion = dataVersion;
    this.#clock = clock;
    this.#seenVersion = dataVersion();
  }

  /** Note it before reading; `changed` then knows what the reading may have missed. */
  get generation(): number {
    return this.#generation;
  }

  wake(): void {
    this.#generation += 1;
    for (const rise of [...this.#sleepers]) rise();
  }

  /** Resolves once the generation is another than that, or the signal is aborted, or the watch is stopped. */
  async changed(since: number, signal: AbortSignal): Promise<void> {
    if (this.#generation !== since || signal.aborted || this.#stop.signal.aborted) return;
    const woken = new Promise<void>((resolve) => {
      const rise = (): void => {
        this.#sleepers.delete(rise);
        signal.removeEventListener('abort', rise);
        resolve();
      };
      this.#sleepers.add(rise);
      signal.addEventListener('abort', rise, { once: true });
    });
    if (!this.#polling) void this.#poll();
    await woken;
  }

  stop(): void {
    this.#stop.abort();
    this.wake();
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#sleepers.size > 0 && !this.#stop.signal.aborted) {
      this.#look();
      await this.#clock.delay(POLL_MS, this.#stop.signal).catch(() => undefined);
    }
    this.#polling = false;
  }

  #look(): void {
    try {
      const version = this.#dataVersion();
      if (version === this.#seenVersion) return;
      this.#seenVersion = version;
    } catch {
      // The subscribers meet the same error when they read, and report it.
    }
    this.wake();
  }
}
