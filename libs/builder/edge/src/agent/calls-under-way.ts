/** Calls that were not answered yet, to be waited for. */
export class CallsUnderWay {
  readonly #calls = new Set<Promise<unknown>>();

  async of<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Resolves when none is left, however they end. */
  async idle(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
  }
}
