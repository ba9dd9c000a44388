/** The two clocks of a computer. Leases and time-outs use the monotonic one; records use the wall clock. */
export interface Clock {
  /** Wall clock, ISO 8601 in UTC with milliseconds. May jump. */
  now(): string;
  /** Milliseconds from an arbitrary start; never goes backwards. */
  monotonicMs(): number;
  /** Resolves after that many milliseconds, or rejects with the signal's reason when aborted. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Fresh identifiers. */
export interface Ids {
  /** UUID v4, for events. */
  uuid(): string;
  /** ULID, sortable by time of creation, for jobs. */
  ulid(): string;
}

/** sha256 of the UTF-8 text, 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;
