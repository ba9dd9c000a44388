import type { Filter, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { Fault, type Clock } from '@gild/ports';
import type { ServerFilter } from './kurrent-filter.js';
import { asFault, isPassing } from './kurrent-faults.js';

export type ClientModule = typeof import('@kurrent/kurrentdb-client');
type CheckpointReached = NonNullable<Filter['checkpointReached']>;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** A connection is not given up before it had this time to come about. */
const TRIED_FOR_MS = 1_000;
/** The end of a connection to servers that do not answer is not waited for longer. */
const LONGEST_CLOSING_MS = 2_000;

export interface ConnectionOptions {
  readonly connectionString: string;
  readonly clock: Clock;
  readonly patienceMs: number;
}

/** The client, loaded and connected at first use, so that a farm without KurrentDB never loads it. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #connected: Promise<Connected> | undefined;
  #connectedMs = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  requireOpen(): void {
    if (this.closing.aborted)
      throw new Fault('STORE_CLOSED', 'the event store was closed: open it again to use it');
  }

  async client(): Promise<KurrentDBClient> {
    return (await this.#connect()).client;
  }

  async filter(wanted: ServerFilter, checkpointReached?: CheckpointReached): Promise<Filter> {
    const { module } = await this.#connect();
    const onCheckpoint = checkpointReached && { checkpointReached };
    if (wanted.on === 'notSystem' || wanted.on === 'nothing')
      return module.excludeSystemEvents({ ...onCheckpoint });
    const prefixes = { prefixes: wanted.prefixes, ...onCheckpoint };
    return wanted.on === 'stream' ? module.streamNameFilter(prefixes) : module.eventTypeFilter(prefixes);
  }

  /** Does it, again and again with growing pauses while the server is away, until the patience is at an end. */
  async persist<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, patienceMs } = this.#options;
    const begun = clock.monotonicMs();
    for (let failures = 0; ; failures += 1) {
      this.requireOpen();
      try {
        return await attempt();
      } catch (error) {
        this.requireOpen();
        if (!isPassing(error) || clock.monotonicMs() - begun > patienceMs) throw asFault(error);
        if (failures > 0) await this.renew();
      }
      await this.pause(failures);
    }
  }

  /**
   * The next call connects anew, and so asks the cluster again who leads: the client's reads (1.3.1) stay for ever with a node
   * that is gone. What runs on the connection so far ends as if the server had ended it.
   */
  async renew(): Promise<void> {
    const given = this.#connected;
    if (given === undefined || this.clock.monotonicMs() - this.#connectedMs < TRIED_FOR_MS) return;
    this.#connected = undefined;
    // Not waited for: one that never came about looks for the cluster once more before it ends.
    void given.then(end).catch(() => undefined);
  }

  /** Waits before the next attempt after that many failures; at once when the store is closed. */
  async pause(failures: number, signal: AbortSignal = this.closing): Promise<void> {
    const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
    await this.clock.delay(ms, AbortSignal.any([signal, this.closing])).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.closing.aborted) return;
    this.#closing.abort();
    if (this.#connected === undefined) return;
    const waited = new AbortController();
    const ended = this.#connected.then(end).catch(() => undefined);
    const long = this.clock.delay(LONGEST_CLOSING_MS, waited.signal).catch(() => undefined);
    await Promise.race([ended, long]);
    waited.abort();
  }

  #connect(): Promise<Connected> {
    this.requireOpen();
    if (this.#connected !== undefined) return this.#connected;
    this.#connectedMs = this.clock.monotonicMs();
    this.#connected = import('@kurrent/kurrentdb-client').then((module) => ({
      client: module.KurrentDBClient.connectionString(this.#options.connectionString),
      module,
    }));
    return this.#connected;
  }
}

type Connected = { client: KurrentDBClient; module: ClientModule };

const end = async ({ client }: Connected): Promise<void> => {
  await client.dispose();
  await closeChannel(client);
};

/** `dispose` of the client ends its calls but leaves its channel open, whose timers then keep the process alive. */
const closeChannel = async (client: KurrentDBClient): Promise<void> => {
  const getChannel = Reflect.get(client, 'getChannel') as (() => Promise<{ close(): void }>) | undefined;
  // One that never came about has nothing to close.
  const channel = await getChannel?.().catch(() => undefined);
  channel?.close();
};
