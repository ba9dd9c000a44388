import type {
  GoldenImageVersion,
  CacheAnnouncement,
  HostCacheRecord,
  ImageBuildPolicy,
  RunningVm,
} from '@gild/contracts';
import type { CacheWishes } from '@gild/cache-domain';

/** Who announces: the name of the host is this cache's. `takeOver`: whosever it was. */
export type Announcer = { cacheId: string; takeOver?: boolean };

/** What the cache of a host asks of its farm, and tells it. */
export interface CacheFarm {
  /** A version that may be used. Faults: IMAGE_NOT_FOUND, VERSION_NOT_FOUND, CHANNEL_NOT_FOUND, VERSION_WITHDRAWN. */
  version(image: string, version: string): Promise<GoldenImageVersion>;
  /** What the definition says that a job built; nothing where the job is not known any more. */
  wishes(jobId: string): Promise<CacheWishes>;
  policy(): Promise<ImageBuildPolicy>;
  recorded(host: string): Promise<HostCacheRecord>;
  /** The machines that were reported to run on the host, and not to have stopped. */
  running(host: string): Promise<readonly RunningVm[]>;
  /** Fault: CACHE_HOST_TAKEN when the name of the host is another cache's. */
  announce(host: string, events: readonly CacheAnnouncement[], by: Announcer): Promise<void>;
}
