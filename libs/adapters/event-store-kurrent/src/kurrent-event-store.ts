import {
  encodeAppend,
  lastBefore,
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
import { appendEvents } from './append.js';
import { AppendTurns } from './append-turns.js';
import { Connection } from './connection.js';
import { comparePositions, decodePosition } from './kurrent-position.js';
import { lastPosition, readLogEvents, readStreamEvents, startAfter } from './read.js';
import { followLog } from './subscribe.js';

export interface KurrentEventStoreOptions {
  /** Such as `kurrentdb://user:password@host:2113?tls=true`; the user needs to read `$all`. */
  readonly connectionString: string;
  readonly clock: Clock;
  /** How long one attempt to append may go unanswered before it is sent again; 10 s when absent. */
  readonly appendTimeoutMs?: number;
  /** How long a call tries again while the server is away before it gives up with STORE_UNAVAILABLE; 30 s when absent. */
  readonly patienceMs?: number;
}

/**
 * The event store on KurrentDB (server 23.10 or newer). Connects at first use. Weaker than the port in one thing: an id
 * used in one stream is not refused in another, and an append that expects `any` is recognised as a repetition only while
 * the server remembers it; expect a revision or `none` where that matters.
 */
export const kurrentEventStore = (options: KurrentEventStoreOptions): EventStore =>
  new KurrentEventStore(options);

class KurrentEventStore implements EventStore {
  readonly #connection: Connection;
  readonly #turns = new AppendTurns();
  readonly #appendTimeoutMs: number;

  constructor({
    connectionString,
    clock,
    appendTimeoutMs = 10_000,
    patienceMs = 30_000,
  }: KurrentEventStoreOptions) {
    this.#connection = new Connection({ connectionString, clock, patienceMs });
    this.#appendTimeoutMs = appendTimeoutMs;
  }

  async append(stream: string, expected: ExpectedState, events: readonly NewEvent[]): Promise<AppendResult> {
    this.#connection.requireOpen();
    const append = {
      stream,
      expected,
      events: encodeAppend(stream, expected, events),
      timeoutMs: this.#appendTimeoutMs,
    };
    return this.#turns.take(() => appendEvents(this.#connection, append));
  }

  async *readStream(stream: string, range: StreamRange = {}): AsyncIterable<RecordedEvent> {
    this.#connection.requireOpen();
    const step = range.direction === 'backwards' ? -1 : 1;
    const from = range.from ?? (step === 1 ? 0 : ('end' as const));
    yield* readStreamEvents(this.#connection, { stream, from, step, limit: range.limit ?? Infinity });
  }

  async *readAll(range: LogStretch = {}): AsyncIterable<RecordedEvent> {
    const after = await startAfter(this.#connection, range.after);
    const { filter, limit = Infinity, upTo } = range;
    for await (const event of readLogEvents(this.#connection, { after, filter, limit })) {
      if (upTo !== undefined && this.comparePositions(event.position, upTo) > 0) return;
      yield event;
    }
  }

  async *subscribeAll(range: LogRange, signal: AbortSignal): AsyncIterable<SubscriptionItem> {
    const after = await startAfter(this.#connection, range.after);
    yield* followLog(this.#connection, { after, filter: range.filter, signal });
  }

  async head(): Promise<string | undefined> {
    this.#connection.requireOpen();
    return lastPosition(this.#connection);
  }

  async positionAt(time: string): Promise<string | undefined> {
    return lastBefore(this.readAll(), time);
  }

  comparePositions(a: string, b: string): number {
    return comparePositions(decodePosition(a), decodePosition(b));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
