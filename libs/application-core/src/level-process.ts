import { Fault, faultCode, type Clock, type EventFilter, type EventStore } from '@gild/ports';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export type LevelProcessDeps = {
  store: EventStore;
  clock: Clock;
  /** Told about every failure that will be tried again. */
  report: (error: unknown) => void;
  /** Events after which there may be something to do. */
  filter: EventFilter;
  /** After how long it looks although nothing of that happened; absent: it does not. */
  lookEveryMs?: number;
  /** Does what is to be done, judged by the present state alone; may be called at any time, any number of times. */
  look: (signal: AbortSignal) => Promise<void>;
};

/**
 * Looks once when it starts, and again whenever something happened that may ask for it or enough time went by, one look at a time. It
 * keeps nothing: after a crash the first look finds what was left undone.
 */
export class LevelProcess {
  readonly #given: LevelProcessDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #position: string | undefined;
  #waitMs = FIRST_RETRY_MS;
  #isDue = false;

  constructor(given: LevelProcessDeps) {
    this.#given = given;
  }

  /** Resolves after the first look that succeeds, or when it is stopped before. */
  start(): Promise<void> {
    const { store, look } = this.#given;
    const { signal } = this.#stopping;
    let after: string | undefined;
    const first = this.#persist(async () => {
      after = await store.head();
      await look(signal);
    });
    this.#running = first.then(() => this.#follow(after));
    return first;
  }

  /** Resolves when nothing of the process runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(from: string | undefined): Promise<void> {
    const { signal } = this.#stopping;
    this.#position = from;
    await this.#persist(async () => {
      while (!signal.aborted) {
        await this.#lookIfDue();
        await this.#listen();
        this.#isDue = true;
      }
    });
  }

  /** Looks after what happens, until it is time for a look that nothing asked for. */
  async #listen(): Promise<void> {
    const { store, filter } = this.#given;
    const turn = this.#turn();
    const range = { ...(this.#position !== undefined && { after: this.#position }), filter };
    try {
      for await (const item of store.subscribeAll(range, turn.signal)) {
        this.#position = item.kind === 'event' ? item.event.position : item.position;
        if (item.kind === 'event') this.#isDue = true;
        else await this.#lookIfDue();
      }
      if (!turn.signal.aborted)
        throw new Fault('STORE_UNAVAILABLE', 'the subscription ended by itself', { retryable: true });
    } finally {
      turn.end();
    }
  }

  async #lookIfDue(): Promise<void> {
    if (this.#isDue) await this.#given.look(this.#stopping.signal);
    this.#isDue = false;
    this.#waitMs = FIRST_RETRY_MS;
  }

  #turn(): { signal: AbortSignal; end: () => void } {
    const { clock, lookEveryMs } = this.#given;
    const over = new AbortController();
    const end = (): void => over.abort();
    const signal = AbortSignal.any([this.#stopping.signal, over.signal]);
    if (lookEveryMs !== undefined) clock.delay(lookEveryMs, signal).then(end, () => undefined);
    return { signal, end };
  }

  /** Tries until it succeeds or the process stops. */
  async #persist(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return;
        // A conflict means that somebody else was faster, which is no failure.
        if (faultCode(error) !== 'CONFLICT') this.#given.report(error);
        await this.#given.clock.delay(this.#waitMs, signal).catch(() => undefined);
        this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_RETRY_MS);
      }
    }
  }
}
