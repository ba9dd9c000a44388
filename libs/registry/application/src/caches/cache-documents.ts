import type { GoldenImageCache, HostCacheRecord } from '@gild/contracts';
import { cacheDocument } from '@gild/cache-domain';
import { type HostCachesState, NO_CACHE } from '../views/host-caches-view.js';

const byId = (a: GoldenImageCache, b: GoldenImageCache): number => (a.cache_id < b.cache_id ? -1 : 1);

/** What is on record of the cache of a host: empty where nothing is. Facts that make no entry are left out. */
export const hostCacheRecord = (caches: HostCachesState, host: string): HostCacheRecord => {
  const { images, cacheId, evicted, damaged } = caches.get(host) ?? NO_CACHE;
  return {
    host,
    ...(cacheId !== undefined && { cacheId }),
    entries: [...images.values()].flatMap((facts) => cacheDocument(facts) ?? []).sort(byId),
    evicted,
    damaged,
  };
};

/** Of every host on record, by name. */
export const hostCacheRecords = (caches: HostCachesState): HostCacheRecord[] =>
  [...caches.keys()].sort().map((host) => hostCacheRecord(caches, host));

/** Entries of one host with the same bytes are one file. */
export const cachedGb = (entries: readonly GoldenImageCache[]): number => {
  const files = new Map(entries.map((entry) => [`${entry.host} ${entry.checksum}`, entry.disk_size_gb]));
  return [...files.values()].reduce((sum, gb) => sum + gb, 0);
};
