import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import {
  encodeAppend,
  Fault,
  faultCode,
  type AppendResult,
  type Clock,
  type EventStore,
  type ExpectedState,
  type LogRange,
  type LogStretch,
  type NewEvent,
  type RecordedEvent,
  type StreamRange,
  type SubscriptionItem,
} from '@gild/ports';
import { CommitWatch } from './commit-watch.js';
import { followLog } from './follow-log.js';
import { openDatabase } from './open-database.js';
import { asFault } from './sqlite-faults.js';
import { placeOf, SqliteLog } from './sqlite-log.js';

const BUSY_LIMIT_MS = 10_000;
const BUSY_PAUSE_MS = 10;

export interface SqliteEventStoreOptions {
  /** The database file, on a local disk (not NFS). Its folder must exist. */
  readonly path: string;
  readonly clock: Clock;
}

/**
 * The event store in one SQLite file, which several processes of one host may share. An append is acknowledged after its
 * transaction has been synced to disk. After an I/O error of an append it refuses everything (fault STORE_IO): what the
 * kernel lost cannot be written again; open a new one.
 */
export const sqliteEventStore = (options: SqliteEventStoreOptions): EventStore =>
  new SqliteEventStore(options);

class SqliteEventStore implements EventStore {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  readonly #log: SqliteLog;
  readonly #watch: CommitWatch;
  #refusal: Error | undefined;

  constructor({ path, clock }: SqliteEventStoreOptions) {
    this.#path = path;
    this.#clock = clock;
    try {
      this.#database = openDatabase(path);
      this.#log = new SqliteLog(this.#database);
      this.#watch = new CommitWatch(() => this.#log.dataVersion(), clock);
    } catch (error) {
      throw asFault(error, path);
    }
  }

  async append(stream: string, expected: ExpectedState, events: readonly NewEvent[]): Promise<AppendResult> {
    const encoded = encodeAppend(stream, expected, events);
    const result = await this.#step(() => this.#log.append(stream, expected, encoded)).catch(
      (error: unknown) => {
        if (error instanceof Fault && error.code === 'STORE_IO') this.#refuse(error);
        throw error;
      },
    );
    if (result.ok) this.#watch.wake();
    return result;
  }

  async *readStream(stream: string, range: StreamRange = {}): AsyncIterable<RecordedEvent> {
    const step = range.direction === 'backwards' ? -1 : 1;
    let left = range.limit ?? Infinity;
    let from = await this.#firstRevision(stream, range);
    while (left > 0 && from >= 0) {
      const events = await this.#step(() => this.#log.streamPage({ stream, from, step, limit: left }));
      if (events.length === 0) return;
      yield* events;
      left -= events.length;
      from += step * events.length;
    }
  }

  async *readAll(range: LogStretch = {}): AsyncIterable<RecordedEvent> {
    const { filter } = range;
    const upTo = range.upTo === undefined ? Infinity : placeOf(range.upTo);
    let left = range.limit ?? Infinity;
    let after = await this.#start(range.after);
    let atEnd = false;
    while (left > 0 && !atEnd) {
      const page = await this.#step(() => this.#log.logPage({ after, upTo, filter, limit: left }));
      yield* page.events;
      left -= page.events.length;
      after = page.scannedTo;
      atEnd = page.atEnd;
    }
  }

  async *subscribeAll(range: LogRange, signal: AbortSignal): AsyncIterable<SubscriptionItem> {
    const from = await this.#start(range.after);
    const source = {
      watch: this.#watch,
      page: (after: number) =>
        this.#step(() => this.#log.logPage({ after, upTo: Infinity, filter: range.filter, limit: Infinity })),
      head: () => this.#step(() => this.#log.head()),
      isOver: () => signal.aborted || this.#refusal !== undefined,
    };
    try {
      yield* followLog(source, from, signal);
    } catch (error) {
      if (faultCode(error) !== 'STORE_CLOSED') throw error;
    }
    const refusal = this.#refusal;
    if (refusal && faultCode(refusal) === 'STORE_IO') throw refusal;
  }

  async head(): Promise<string | undefined> {
    const head = await this.#step(() => this.#log.head());
    return head === 0 ? undefined : String(head);
  }

  async positionAt(time: string): Promise<string | undefined> {
    const position = await this.#step(() => this.#log.positionAt(time));
    return position === 0 ? undefined : String(position);
  }

  comparePositions(a: string, b: string): number {
    return placeOf(a) - placeOf(b);
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
    this.#refuse(
      new Fault('STORE_CLOSED', `the event store ${this.#path} was closed: open it again to use it`),
    );
  }

  #refuse(reason: Error): void {
    this.#refusal = reason;
    this.#watch.stop();
  }

  /** Where to begin in a stream, or -1 where there is nothing to read. */
  async #firstRevision(stream: string, { direction, from }: StreamRange): Promise<number> {
    const last = await this.#step(() => this.#log.lastRevision(stream));
    if (last === 'none') return -1;
    return direction === 'backwards' ? Math.min(from ?? last, last) : (from ?? 0);
  }

  async #start(position: string | undefined): Promise<number> {
    const after = position === undefined ? 0 : placeOf(position);
    const head = await this.#step(() => this.#log.head());
    if (after <= head) return after;
    throw new Fault(
      'POSITION_AHEAD',
      `position ${after} is beyond the end of the log (${head}) in ${this.#path}: rebuild what stored it`,
    );
  }

  /** One synchronous step, after a turn of the event loop so that long reads and writes let others proceed. */
  async #step<T>(work: () => T): Promise<T> {
    await nextTurn();
    const begun = this.#clock.monotonicMs();
    for (;;) {
      if (this.#refusal !== undefined) throw this.#refusal;
      try {
        return work();
      } catch (error) {
        const fault = asFault(error, this.#path);
        const waited = this.#clock.monotonicMs() - begun;
        if (faultCode(fault) !== 'STORE_BUSY' || waited > BUSY_LIMIT_MS) throw fault;
      }
      await this.#clock.delay(BUSY_PAUSE_MS);
    }
  }
}
