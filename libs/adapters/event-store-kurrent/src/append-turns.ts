const AT_ONCE = 8;

/**
 * Lets a few appends at a time through to the client. All appends share one gRPC stream there, and when that breaks while
 * writes queue for it, the client (1.3.1) leaves promises rejected that nobody can catch, which ends the process.
 */
export class AppendTurns {
  readonly #waiting: (() => void)[] = [];
  #free = AT_ONCE;

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
