import type { GoldenImageConfig, ImageBuildPolicy } from '@gild/contracts';
import type { EvictionPolicy } from './eviction.js';

const HOUR_MS = 3_600_000;
const LONGEST_TTL_DAYS = 365;

/** What the policy says of the caches of hosts. */
export type CacheSettings = Omit<EvictionPolicy, 'now'> & {
  cacheEnabled: boolean;
  /** The folder that every host keeps its cache in; undefined: each in one of its own. */
  location: string | undefined;
  /** Between two looks at what has to go. */
  lookEveryMs: number;
};

export const cacheSettings = (policy: ImageBuildPolicy): CacheSettings => ({
  cacheEnabled: policy.cache_enabled,
  location: policy.cache_location,
  maxCacheSizeGb: policy.max_cache_size_gb,
  minDiskFreePercent: policy.min_disk_free_percent,
  autoCleanupExpired: policy.auto_cleanup_expired,
  lookEveryMs: policy.cleanup_interval_hours * HOUR_MS,
});

/** What a definition says of caching its image. */
export type CacheWishes = Partial<
  Pick<GoldenImageConfig, 'cache_enabled' | 'cache_ttl_days' | 'cache_storage'>
>;

/** How long a host keeps an image; what its definition leaves out, or nobody knows any more, the policy says. */
export const ttlDaysOf = ({ cache_ttl_days: days }: CacheWishes, policy: ImageBuildPolicy): number =>
  Math.min(days ?? policy.default_cache_ttl_days, LONGEST_TTL_DAYS);
