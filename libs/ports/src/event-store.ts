/** What every event carries besides what happened. */
export interface EventMetadata {
  /** When it happened, ISO 8601 in UTC by the writer's wall clock. For people: order is `position`, never time. */
  readonly time: string;
  /** Who caused it: a user, a service, an agent. */
  readonly actor: string;
  /** Shared by everything that follows from one request. */
  readonly correlationId: string;
  /** The command or event that led to this one. */
  readonly causationId: string;
  /** Stream of that event; absent where it is the stream of this one, where a request led to it, and in events of older releases. */
  readonly causationStream?: string;
  /** Version of the shape of `data` for this type. */
  readonly schema: number;
  /** Place in a trace (W3C Trace Context) of the request that led to it; absent where none did. */
  readonly traceparent?: string;
}

/** An event to be recorded. `data` and `metadata` are JSON: what JSON cannot hold is dropped as `JSON.stringify` does. */
export interface NewEvent {
  /** UUID. The identity of the event for ever: appending it twice records it once. */
  readonly id: string;
  /** What happened, in the past tense. Never begins with `$`. */
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly metadata: EventMetadata;
}

/** An event as it stands in the log; never changes and never goes away. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** 0 for the first event of its stream, then without a gap. */
  readonly revision: number;
  /** Place in the whole log. Opaque: only the store that wrote it can compare it (`comparePositions`). */
  readonly position: string;
}

/** What the writer believes the stream to be: anything, absent, present, or with exactly that last revision. */
export type ExpectedState = 'any' | 'none' | 'exists' | { readonly revision: number };

/**
 * `ok`: the events are on disk; `revision` and `position` are those of the last of them.
 * Otherwise nothing was recorded, and `actual` is the stream's last revision at that moment.
 */
export type AppendResult =
  | { readonly ok: true; readonly revision: number; readonly position: string }
  | { readonly ok: false; readonly code: 'WRONG_EXPECTED_STATE'; readonly actual: number | 'none' };

/** Which part of one stream: from that revision (inclusive; the first or, backwards, the last when absent). */
export interface StreamRange {
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
}

/** Both lists given: both must match. An event matches a list when it matches one entry; an empty list matches none. */
export interface EventFilter {
  /** Exact event types. */
  readonly types?: readonly string[];
  /** Beginnings of stream names, such as `job-`. */
  readonly streamPrefixes?: readonly string[];
}

/** Which part of the whole log: the events after that position (exclusive; from the first one when absent). */
export interface LogRange {
  readonly after?: string;
  readonly filter?: EventFilter;
}

/** The same, up to a position (inclusive; to the end when absent), and no more than so many events that pass the filter. */
export interface LogStretch extends LogRange {
  readonly upTo?: string;
  readonly limit?: number;
}

/**
 * `event`: the next event. `caughtUp`: everything up to `position` that passes the filter has been delivered and nothing
 * more was waiting; comes at the first such moment and again after new events, also after events that the filter
 * hides. `position` may be stored as a checkpoint; it is undefined only while the log has never held an event.
 */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'caughtUp'; readonly position: string | undefined };

/**
 * The log of everything that happened; the truth of the system.
 *
 * - **Durable**: an append that answered `ok` survives `kill -9` and loss of power. All events of one append or none.
 * - **Ordered**: positions grow in the order in which events become readable; a reader that saw position p never
 *   later finds an unseen event before p.
 * - **Bounded**: reads and subscriptions hold a few pages in memory, however long the log.
 * - **Ends**: `close` ends subscriptions; calls after it throw the fault STORE_CLOSED.
 *
 * Faults: APPEND_INVALID, APPEND_TOO_LARGE and EVENT_ID_REUSED (the caller's mistake), POSITION_INVALID,
 * POSITION_AHEAD, STORE_FULL, STORE_IO, STORE_BUSY, STORE_SCHEMA, STORE_CLOSED, STORE_UNAVAILABLE.
 */
export interface EventStore {
  /**
   * Records the events at the end of the stream if the stream is as expected; a conflict is an answer, not a fault.
   * Idempotent by event id: the same ids in the same stream, types and data give the first answer whatever the
   * stream is now (`metadata` may differ: a retry has a later time). An id already used for anything else is the
   * fault EVENT_ID_REUSED. When a fault leaves the outcome unknown, append again with the same ids and expectation.
   */
  append(stream: string, expected: ExpectedState, events: readonly NewEvent[]): Promise<AppendResult>;

  /** The events of one stream by revision. A stream that does not exist is empty. */
  readStream(stream: string, range?: StreamRange): AsyncIterable<RecordedEvent>;

  /** The events of the whole log by position, up to the end found on the way. */
  readAll(range?: LogStretch): AsyncIterable<RecordedEvent>;

  /**
   * First what is there, then what comes, without a gap. At least once: after a lost connection an event may come
   * again, never out of order otherwise. Aborting the signal ends the iteration without an error. A position beyond the end of
   * the log (a checkpoint that outlived a restored backup) is the fault POSITION_AHEAD: rebuild, do not skip.
   */
  subscribeAll(range: LogRange, signal: AbortSignal): AsyncIterable<SubscriptionItem>;

  /** Position of the last event, or undefined while there is none. */
  head(): Promise<string | undefined>;

  /**
   * Position of the last event before the first one that is later than that time (as events spell times); undefined when there is none.
   * Clocks may jump: what was known at a time is always a beginning of the log.
   */
  positionAt(time: string): Promise<string | undefined>;

  /** Negative when a comes before b, 0 when equal, positive when after. */
  comparePositions(a: string, b: string): number;

  /** Ends subscriptions and releases the store. May be called again. */
  close(): Promise<void>;
}
