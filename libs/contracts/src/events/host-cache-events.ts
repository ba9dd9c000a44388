import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** Form of a cached copy, none of which is a vmdk: hosts start machines under QEMU. A raw disk is kept as it is stored, often as a zstd stream. */
export const CachedForm = z.enum(['qcow2', 'raw', 'compressed']);
export type CachedForm = z.infer<typeof CachedForm>;

/** Which image lies where. Copies of several versions with the same bytes are one file, and an entry for each of them. */
const copy = {
  host: z.string(),
  imageName: z.string(),
  version: z.string(),
  arch: z.string(),
  sha256: z.hash('sha256'),
  sizeBytes: z.int().min(0),
  path: z.string(),
};

/** A whole, verified copy lies on the host, and stays at least until something else is recorded of it. Repeated: kept for longer. */
export const ImageCached = event('ImageCached', {
  ...copy,
  format: CachedForm,
  ttlDays: z.int().min(1),
  cachedAt: z.string(),
  expiresAt: z.string(),
});
export type ImageCached = z.infer<typeof ImageCached>;

/**
 * Why a copy had to go: its time was over, the cache was too large, or the disk too full; somebody asked for it; or the host found
 * that it is not there any more.
 */
export const EvictionReason = z.enum(['expired', 'size', 'disk', 'requested', 'missing']);
export type EvictionReason = z.infer<typeof EvictionReason>;

/** The host no longer has the copy. */
export const CacheEntryEvicted = event('CacheEntryEvicted', { ...copy, reason: EvictionReason });

/** The bytes of a copy were not what they must be; it was put aside, and no machine gets it any more. */
export const CacheEntryDamaged = event('CacheEntryDamaged', {
  ...copy,
  foundSha256: z.string(),
  foundBytes: z.int().min(0),
  quarantinePath: z.string(),
});

/** The name of the host on record is this cache's from now on. `replaces`: the cache whose name it was. */
export const HostCacheNamed = event('HostCacheNamed', {
  host: z.string(),
  cacheId: z.string(),
  replaces: z.string().optional(),
});

/** The host is gone for good: what was recorded of its cache before, and whose its name was, is of the past alone. */
export const HostCacheForgotten = event('HostCacheForgotten', {
  host: z.string(),
  by: z.string(),
  reason: z.string(),
});

/**
 * Everything that can be recorded in a `hostcache-…` stream. That a copy was read, or verified and found right, is not: it
 * happens at every start of a machine, so the host counts it.
 */
export const HostCacheEvent = oneOf(
  HostCacheNamed,
  ImageCached,
  CacheEntryEvicted,
  CacheEntryDamaged,
  HostCacheForgotten,
);
export type HostCacheEvent = z.infer<typeof HostCacheEvent>;

/** What a host announces; whose its name is follows from who announces it. */
export const CacheAnnouncement = oneOf(ImageCached, CacheEntryEvicted, CacheEntryDamaged);
export type CacheAnnouncement = z.infer<typeof CacheAnnouncement>;
