import type { EventStore } from '@gild/ports';

/** One log that the suite may write to, and the ways to reach it. Other events may be in it already. */
export interface LogUnderTest {
  readonly store: EventStore;
  /** A second store on the same log, as another process would have; closed by `destroy`. */
  another(): Promise<EventStore>;
  /** Closes what it stands on, frees what it took. */
  destroy(): Promise<void>;
}

/** How the suite gets its logs, and what the adapter is asked to show. */
export interface EventStoreSubject {
  readonly open: () => Promise<LogUnderTest>;
  /** Each log begins empty; not so on a server that others use. */
  readonly startsEmpty: boolean;
  /** Closing every store and opening another shows what was acknowledged. */
  readonly durable: boolean;
  /** An id used in one stream is refused in every other stream. KurrentDB knows the ids of one stream only. */
  readonly refusesReuseAcrossStreams: boolean;
  /** A well-formed position that lies beyond any log of the suite. */
  readonly positionBeyond: string;
  /** Events to append and read back in bounded memory. */
  readonly bulkEvents: number;
  /** Time for a long test; the bulk test gets ten times as much. */
  readonly timeoutMs?: number;
}

/** What each group of tests works with: the log of the running test. */
export interface Subject extends EventStoreSubject {
  readonly timeoutMs: number;
  readonly log: () => LogUnderTest;
  /** A stream name nobody else uses: `job` gives `job<tag>-a`. */
  readonly stream: (category: string, id?: string) => string;
}
