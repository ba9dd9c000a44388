import type { StoredObject } from '@gild/contracts';

/** A request that whoever holds it may send for a few minutes, with exactly these headers. */
export type GrantedRequest = { url: string; headers: Record<string, string> };

export type GrantedPart = { number: number; sha256: string; sizeBytes: number };

/**
 * Requests to an object store for those who hold no keys of it. Each is bound to one key, size and digest, creates only, and is
 * short-lived. Faults: those of `ObjectStore`.
 */
export interface ObjectGrants {
  /** To store the object in one request; undefined when the very bytes are there. */
  put(object: StoredObject): Promise<GrantedRequest | undefined>;
  /** Begins an upload in parts; undefined when the very bytes are there. Nothing is visible before it is complete. */
  begin(object: StoredObject): Promise<string | undefined>;
  part(key: string, uploadId: string, part: GrantedPart): GrantedRequest;
  /** Reads all of what became of the parts; fault OBJECT_MISMATCH, and nothing stored, when it is not the object. */
  complete(
    object: StoredObject,
    uploadId: string,
    parts: readonly { etag: string; sha256: string }[],
  ): Promise<void>;
  abort(key: string, uploadId: string): Promise<void>;
  get(key: string): GrantedRequest;
}
