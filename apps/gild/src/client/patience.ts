import { type Clock, Fault, faultCode } from '@gild/ports';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const GIVE_UP_MS = 60_000;

export type PatienceOptions = {
  clock: Clock;
  note: (line: string) => void;
  /** What a person reads when there was no answer for a minute. */
  givingUp: string;
  signal?: AbortSignal | undefined;
  renew: () => Promise<void>;
};

/** Decides whether to ask again after an answer failed to come, and waits before that, longer each time. */
export class Patience {
  readonly #options: PatienceOptions;
  #since: number | undefined;
  #connectedAt: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** The server took the call; it has answered only if it does not break off at once. */
  connected(): void {
    this.#connectedAt = this.#options.clock.monotonicMs();
  }

  /** The server answered. */
  answered(): void {
    this.#since = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** Resolves when it is time to ask again; rejects with what will not pass, and UNAVAILABLE after a minute. */
  async failed(error: unknown): Promise<void> {
    const { clock, note, givingUp, signal, renew } = this.#options;
    if (signal?.aborted === true || !mayPass(error)) throw error;
    const now = clock.monotonicMs();
    this.#judgeConnection(now);
    if (this.#since === undefined) note('the connection to the server broke; trying again');
    this.#since ??= now;
    if (now - this.#since >= GIVE_UP_MS) throw new Fault('UNAVAILABLE', givingUp, { cause: error });
    await clock.delay(this.#pauseMs, signal);
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    await renew();
  }

  #judgeConnection(now: number): void {
    if (this.#connectedAt !== undefined && now - this.#connectedAt > LONGEST_PAUSE_MS) this.answered();
    this.#connectedAt = undefined;
  }

  /** The answer to `ask`, however often it takes. */
  async untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await ask();
        this.answered();
        return answer;
      } catch (error) {
        await this.failed(error);
      }
    }
  }
}

const mayPass = (error: unknown): boolean => ['UNAVAILABLE', 'TIMEOUT'].includes(faultCode(error) ?? '');
