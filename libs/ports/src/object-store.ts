import type { StoredObject } from '@gild/contracts';

/** Bytes to store. */
export type ObjectSource = Uint8Array | AsyncIterable<Uint8Array>;

/** What the file must turn out to be, and when not to go on storing it. */
export type FilePutting = { expectSha256?: string; signal?: AbortSignal };

/**
 * Blobs by key. An object appears whole or not at all (also after power loss), is never overwritten while sound, and
 * every whole read is checked against the digest the caller expects.
 * Faults: OBJECT_MISSING, OBJECT_DAMAGED, OBJECT_MISMATCH, STORE_FULL (retryable), STORE_IO.
 */
export interface ObjectStore {
  /**
   * Create-only. When the key exists with the same digest nothing is written and `created` is false; with another
   * digest the fault is OBJECT_MISMATCH, unless the key itself names the digest of the source: then what is there is
   * damaged, and replaced. `expectSha256`: what the source must turn out to be.
   */
  put(key: string, source: ObjectSource, expectSha256?: string): Promise<StoredObject & { created: boolean }>;
  /**
   * As `put`, from a file of this host; the store may link instead of copying when that is safe. When the
   * signal aborts before all is stored it rejects with the reason, and nothing is.
   */
  putFile(key: string, path: string, how?: FilePutting): Promise<StoredObject & { created: boolean }>;
  /** The whole object in pieces; instead of the last one comes the fault OBJECT_DAMAGED when digest or size differ. */
  read(object: StoredObject): AsyncIterable<Uint8Array>;
  /** Bytes `start` to `end` (exclusive), unchecked: for following what is read again whole later. */
  readRange(key: string, start: number, end: number): AsyncIterable<Uint8Array>;
  /** Size of an object, or undefined. */
  head(key: string): Promise<{ sizeBytes: number } | undefined>;
  /** Keys that begin with the prefix, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** Absent is fine. */
  delete(key: string): Promise<void>;
}

/** What an agent needs of an object store, for one attempt: it lists nothing and deletes nothing. */
export type AgentObjects = Pick<ObjectStore, 'putFile' | 'read' | 'readRange' | 'head'> & {
  put(key: string, bytes: Uint8Array, expectSha256?: string): Promise<StoredObject & { created: boolean }>;
};
