import type { CacheAnnouncement, RunningVm } from '@gild/contracts';
import type { EvictionPolicy } from '@gild/cache-domain';
import type { Clock, HostCacheFolder, ObjectStore } from '@gild/ports';

/** Where images come from. */
export type ImageSource = Pick<ObjectStore, 'readRange' | 'head'>;

/** What the policy says about hosts' caches. */
export type HostCachePolicy = Omit<EvictionPolicy, 'now'> & { cacheEnabled: boolean };

/** Of the disk of that digest; `received`: of all its bytes, including those an earlier filling left. */
export type FillingProgress = { sha256: string; receivedBytes: number; totalBytes: number };

/** What the cache of one host works with. */
export type HostCacheDeps = {
  host: string;
  folder: HostCacheFolder;
  source: ImageSource;
  clock: Clock;
  /** From 0 to 1 (exclusive): those whom a store refused together do not return together. */
  random: () => number;
  /** Asked for each decision. */
  policy: () => Promise<HostCachePolicy>;
  /** Machines that are on record as running here, whoever started them. While nobody can say, nothing is evicted: its fault stands. */
  running: () => Promise<readonly RunningVm[]>;
  /**
   * Hears of everything that is to be recorded, once it is so on the disk. The cache goes on when that fails: what the disk shows
   * and the record lacks can be announced again at any time.
   */
  announce: (event: CacheAnnouncement) => Promise<void>;
  /** Hears how far an image has come that is being filled. */
  filling?: (progress: FillingProgress) => void;
  /** Aborted: what is being filled is left for the next time. */
  stop?: AbortSignal;
  /** Ranges of one image that are read at once; 4 unless told. */
  ranges?: number;
  /** Length of such a range; 16 MiB unless told. */
  pieceBytes?: number;
};

/** Remains that nobody went on with for so long are removed. */
export const REST_KEPT_MS = 7 * 86_400_000;
