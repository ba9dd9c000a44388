import { type CachedForm, GoldenImageCache, type CacheAnnouncement, type ImageCached } from '@gild/contracts';

const GIB = 1_073_741_824;

/** What is on record about one image in a host's cache: the event that says it lies there. */
export type CachedImageFacts = ImageCached['data'];

/** What a host counts of an entry; it is in no event. */
export type EntryCounts = {
  accessCount: number;
  hitCount: number;
  accessedAt?: string | undefined;
  lastVerification?: string | undefined;
  lastVmCreated?: string | undefined;
};

/** Identity of an entry: the bytes of a version and architecture never change, and a host holds them once. */
export const cacheIdOf = ({
  host,
  imageName,
  version,
  arch,
}: Pick<CachedImageFacts, 'host' | 'imageName' | 'version' | 'arch'>): string =>
  `${host}/${imageName}@${version}/${arch}`;

/** The form of a copy: a raw disk that was compressed is stored as a stream. */
export const formOf = (format: 'qcow2' | 'raw', key: string): CachedForm =>
  format === 'raw' && key.endsWith('.zst') ? 'compressed' : format;

/** The entry as people see it; undefined: the facts make none. Without counts: as the record alone knows it. */
export const cacheDocument = (
  image: CachedImageFacts,
  counts: EntryCounts = { accessCount: 0, hitCount: 0 },
): GoldenImageCache | undefined =>
  GoldenImageCache.safeParse({
    cache_id: cacheIdOf(image),
    image_name: image.imageName,
    image_version: image.version,
    storage_path: image.path,
    storage_format: image.format,
    disk_size_gb: image.sizeBytes / GIB,
    cached_at: image.cachedAt,
    accessed_at: counts.accessedAt ?? image.cachedAt,
    expires_at: image.expiresAt,
    ttl_days: image.ttlDays,
    is_valid: true,
    checksum: image.sha256,
    last_verification: counts.lastVerification ?? image.cachedAt,
    access_count: counts.accessCount,
    hit_count: counts.hitCount,
    last_vm_created: counts.lastVmCreated,
    host: image.host,
    arch: image.arch,
  }).data;

export type CachedImages = ReadonlyMap<string, CachedImageFacts>;

/** The images a host's record says it holds, by `cacheIdOf`. */
export const cachedImages = {
  initial: new Map() as CachedImages,
  evolve: (images: CachedImages, { type, data }: CacheAnnouncement): CachedImages => {
    const changed = new Map(images);
    switch (type) {
      case 'ImageCached':
        changed.set(cacheIdOf(data), data);
        break;
      case 'CacheEntryEvicted':
      case 'CacheEntryDamaged':
        changed.delete(cacheIdOf(data));
    }
    return changed;
  },
};
