import type { CachedImageFacts } from '@gild/cache-domain';
import type { CacheAnnouncement } from '@gild/contracts';
import type { CachedCopy, CachedImage, ImageReference } from '@gild/ports';
import type { HostCacheDeps } from './host-cache-deps.js';

export const isSameImage = (a: ImageReference, b: ImageReference): boolean =>
  a.imageName === b.imageName && a.version === b.version && a.arch === b.arch;

/** What is recorded of an image that lies on this host. */
export const factsOf = (
  host: string,
  { sha256, sizeBytes, path }: CachedCopy,
  { imageName, version, arch, format, ttlDays, cachedAt, expiresAt }: CachedImage,
): CachedImageFacts => ({
  ...{ host, imageName, version, arch, sha256, sizeBytes, path },
  ...{ format, ttlDays, cachedAt, expiresAt },
});

/** Announces something of every image a copy is of. */
export const announceOf = async (
  { host, announce }: HostCacheDeps,
  copy: CachedCopy,
  event: (facts: CachedImageFacts) => CacheAnnouncement,
): Promise<void> => {
  for (const image of copy.images) await announce(event(factsOf(host, copy, image))).catch(() => undefined);
};
