import type { CacheStats } from '@gild/cache-application';
import type { GoldenImageCache, HostCacheRecord } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { apiPath, type Context, get, printer, withServer } from '../context.js';
import { type CacheFlags, withCache } from './cache-here.js';
import { cacheTable, statsText } from './cache-text.js';

export type ListFlags = CacheFlags & { allHosts?: boolean; at?: string };

/** What lies in the cache of this host, or, as recorded, of all. */
export const list = async (flags: ListFlags, context: Context): Promise<void> => {
  const print = printer(context, flags);
  if (flags.allHosts === true)
    return withServer(context, async (client) => {
      const found = (await get(client, apiPath(['hosts', 'cache'], { at: flags.at }))) as HostCacheRecord[];
      print(
        found.flatMap(({ entries }) => entries),
        cacheTable,
      );
    });
  if (flags.at !== undefined)
    throw new Fault(
      'INVALID_REQUEST',
      '--at: a folder is only as it is now; what was on record of all hosts is listed by --all-hosts --at',
    );
  return withCache(context, flags, async ({ cache }) =>
    print([...(await cache.documents())] satisfies GoldenImageCache[], cacheTable),
  );
};

/** The cache of this host in numbers. */
export type CacheNumbers = {
  host: string;
  entries: number;
  files: number;
  cached_bytes: number;
  max_cache_bytes: number;
  files_in_use: number;
  vms: number;
  hits: number;
  misses: number;
  hit_ratio: number | null;
  evictions: number;
  damaged: number;
  rest_bytes: number;
  disk_free_bytes: number;
  disk_total_bytes: number;
};

export const stats = (flags: CacheFlags, context: Context): Promise<void> =>
  withCache(context, flags, async ({ cache, farm, host }) => {
    const { max_cache_size_gb: limit } = await farm.policy();
    const numbers = numbersOf(await cache.stats(), await farm.recorded(host), limit);
    printer(context, flags)(numbers, statsText);
  });

const GIB = 1_073_741_824;

const numbersOf = (found: CacheStats, recorded: HostCacheRecord, limitGb: number): CacheNumbers => ({
  host: recorded.host,
  entries: found.images,
  files: found.copies,
  cached_bytes: found.cachedBytes,
  max_cache_bytes: limitGb * GIB,
  files_in_use: found.inUse,
  vms: found.machines,
  hits: found.hitCount,
  misses: found.accessCount - found.hitCount,
  hit_ratio: found.accessCount === 0 ? null : found.hitCount / found.accessCount,
  evictions: recorded.evicted,
  damaged: recorded.damaged,
  rest_bytes: found.restBytes,
  disk_free_bytes: found.freeBytes,
  disk_total_bytes: found.totalBytes,
});
