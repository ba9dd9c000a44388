import type { Clock } from '@gild/ports';
import type { Request, Response } from 'express';

/** How long a gateway that ends waits for requests that run. */
const LIMIT_MS = 10_000;
/** Requests that last as long as somebody follows: their client takes them up again elsewhere. */
const FOLLOWING = /\/(events|logs)$/;

/** The requests that were not answered yet, to be waited for at the end. */
export class RequestsUnderWay {
  readonly #clock: Clock;
  readonly #open = new Set<Response>();
  #emptied = (): void => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begins(request: Request, response: Response): void {
    if (FOLLOWING.test(request.path)) return;
    this.#open.add(response);
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#emptied();
    });
  }

  /** Resolves when none is left, after ten seconds at the latest. */
  async idle(): Promise<void> {
    if (this.#open.size === 0) return;
    const enough = new AbortController();
    const emptied = new Promise<void>((resolve) => (this.#emptied = resolve));
    await Promise.race([emptied, this.#clock.delay(LIMIT_MS, enough.signal).catch(() => undefined)]);
    enough.abort();
  }
}
