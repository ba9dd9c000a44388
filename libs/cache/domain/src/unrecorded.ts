import type { CachedForm, GoldenImageCache, CacheAnnouncement } from '@gild/contracts';

const GIB = 1_073_741_824;

const copyOf = (entry: GoldenImageCache) => ({
  ...{ host: entry.host, imageName: entry.image_name, version: entry.image_version, arch: entry.arch },
  ...{ sha256: entry.checksum, sizeBytes: Math.round(entry.disk_size_gb * GIB), path: entry.storage_path },
});

const cached = (entry: GoldenImageCache): CacheAnnouncement => ({
  type: 'ImageCached',
  data: {
    ...copyOf(entry),
    ...{ format: entry.storage_format satisfies CachedForm, ttlDays: entry.ttl_days },
    ...{ cachedAt: entry.cached_at, expiresAt: entry.expires_at },
  },
});

const missing = (entry: GoldenImageCache): CacheAnnouncement => ({
  type: 'CacheEntryEvicted',
  data: { ...copyOf(entry), reason: 'missing' },
});

const isSame = (a: GoldenImageCache, b: GoldenImageCache | undefined): boolean =>
  b !== undefined &&
  a.checksum === b.checksum &&
  a.storage_path === b.storage_path &&
  a.expires_at === b.expires_at;

/** What a host has to announce so that the record says what its folder holds. */
export const unrecorded = (
  here: readonly GoldenImageCache[],
  recorded: readonly GoldenImageCache[],
): readonly CacheAnnouncement[] => {
  const byId = (entries: readonly GoldenImageCache[]) => new Map(entries.map((one) => [one.cache_id, one]));
  const [hereById, recordedById] = [byId(here), byId(recorded)];
  return [
    ...recorded.filter((entry) => !hereById.has(entry.cache_id)).map(missing),
    ...here.filter((entry) => !isSame(entry, recordedById.get(entry.cache_id))).map(cached),
  ];
};
