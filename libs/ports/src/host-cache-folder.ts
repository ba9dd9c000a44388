import type { Arch, CachedForm, StoredObject } from '@gild/contracts';

/** Which disk of which image: its bytes never change. */
export type ImageReference = { imageName: string; version: string; arch: Arch };

/** An image whose disk is a cached copy, and until when it is kept. */
export type CachedImage = ImageReference & {
  format: CachedForm;
  ttlDays: number;
  cachedAt: string;
  expiresAt: string;
};

/** A file of the cache that is whole and was verified. Versions with the same bytes share it. */
export type CachedCopy = { sha256: string; sizeBytes: number; path: string; images: readonly CachedImage[] };

/** What a file held when it was read; `file` tells it from any other that came to its place later. */
export type MeasuredFile = { sha256: string; sizeBytes: number; file: string };

/** What is counted of an image on this host. */
export type ImageCounts = {
  accessCount: number;
  hitCount: number;
  accessedAt?: string | undefined;
  lastVerification?: string | undefined;
  lastVmCreated?: string | undefined;
};

/** A copy that is visible no more, and not gone yet. */
export type HiddenCopy = { restore(): Promise<void>; discard(): Promise<void> };

/**
 * The copies of a host, by digest. One is visible once all of it, and all about it, would outlast a loss of power; damaged
 * ones lie in a folder of their own, where nobody finds them.
 */
export interface CachedCopies {
  all(): Promise<readonly CachedCopy[]>;
  find(sha256: string): Promise<CachedCopy | undefined>;
  /** Makes a file in its place a copy, or says something else about a copy. */
  record(copy: CachedCopy): Promise<void>;
  /** Reads all of it, one piece in memory at a time; undefined when there is no file. */
  measure(copy: CachedCopy, signal?: AbortSignal): Promise<MeasuredFile | undefined>;
  /** Takes it out of sight; undefined when it is not there. When the process dies then, its file is a rest. */
  hide(sha256: string): Promise<HiddenCopy | undefined>;
  /** Puts aside the file that was measured, and tells where it is now; undefined when another one has taken its place. */
  quarantine(copy: CachedCopy, measured: MeasuredFile): Promise<string | undefined>;
}

/** A part of a copy, from `start` to `end` (exclusive). */
export type CopyPiece = { index: number; start: number; end: number };

/** A copy that is being filled. What is complete of it outlasts the process, and a loss of power. */
export interface PartialCopy {
  /** Whether an earlier filling left some of it. */
  readonly resumed: boolean;
  missing(): readonly CopyPiece[];
  /** Fault: NO_SPACE (retryable), CACHE_IO. */
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** All of the piece is written: resolves when that is so for good. */
  complete(piece: CopyPiece): Promise<void>;
  measure(signal?: AbortSignal): Promise<MeasuredFile>;
  /** Gives the whole file its place and tells it; it is a copy once it is recorded. */
  place(): Promise<string>;
  /** Keeps what is complete for the next filling. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * What lies on the disk and is no copy: something partly filled, a file nobody recorded, one put aside as damaged.
 * `sha256`: of the copy it may become.
 */
export type CacheRest = { id: string; sha256?: string; sizeBytes: number; changedAt: string };

/** A machine that runs from a copy. */
export type MachineUse = { vmId: string; sha256: string };

/** Who needs a copy: such a one never goes. */
export interface CopyHolds {
  /** For this process, as long as it lives. */
  add(sha256: string): Promise<void>;
  /** Once for every `add`. */
  remove(sha256: string): Promise<void>;
  /** For a machine, until it is released: also when no process of the host runs any more. A machine has one disk of the cache. */
  use(use: MachineUse): Promise<void>;
  release(vmId: string): Promise<void>;
  machines(): Promise<readonly MachineUse[]>;
  /** Digests of all copies that anybody needs. */
  held(): Promise<ReadonlySet<string>>;
}

/** Counts of images. Never half-written; the last ones may be lost with the process or the power. */
export interface CopyCounts {
  of(image: ImageReference): Promise<ImageCounts>;
  change(image: ImageReference, how: (counts: ImageCounts) => ImageCounts): Promise<void>;
  forget(image: ImageReference): Promise<void>;
  /** Of every image that was ever counted and not forgotten. */
  all(): Promise<readonly { image: ImageReference; counts: ImageCounts }[]>;
}

/** The disk of a host's cache. Several processes may share it. Fault: CACHE_IO. */
export interface HostCacheFolder {
  /**
   * Makes the folder what its contract says, whatever ended the processes before: what they left half-written is gone, and
   * what nobody can read any more is put aside.
   */
  recover(): Promise<void>;
  /** Nobody else, in any process, fills or removes the copy meanwhile. Waits for its turn; a dead process keeps nobody waiting. */
  alone<T>(sha256: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The same, unless it is not free now: then undefined. */
  aloneIfFree<T>(sha256: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Begins to fill a copy, or goes on where an earlier filling ended. For one caller at a time. */
  fill(object: StoredObject, pieceBytes: number): Promise<PartialCopy>;
  rests(): Promise<readonly CacheRest[]>;
  removeRest(id: string): Promise<void>;
  disk(): Promise<{ freeBytes: number; totalBytes: number }>;
  readonly copies: CachedCopies;
  readonly holds: CopyHolds;
  readonly counts: CopyCounts;
}

/** What a host knows of its caches beside their folders. Fault: CACHE_IO. */
export interface HostCacheMemory {
  /** Tells the caches of this host from those of any other, by whatever name: 32 hex digits, the same ever after. */
  cacheId(): Promise<string>;
  /** Folders of this host that caches were opened in besides the usual one; each once. */
  places(): Promise<readonly string[]>;
  /** Remembered once this resolves. Safe to repeat. */
  addPlace(root: string): Promise<void>;
}
