import type { ImageCounts, ImageReference } from '@gild/ports';
import type { HostCacheDeps } from './host-cache-deps.js';

/** Changes what is counted of an image. The last counts may be lost, and one that cannot be kept is: it keeps nobody from an image. */
export const countOf = async (
  { folder }: Pick<HostCacheDeps, 'folder'>,
  image: ImageReference,
  how: (counts: ImageCounts) => ImageCounts,
): Promise<void> => {
  await folder.counts.change(image, how).catch(() => undefined);
};

/** Counts that an image was asked for. A hit: it was here, and its bytes were right. `verified`: its bytes were compared just now. */
export const countAccess = (
  { folder, clock }: HostCacheDeps,
  image: ImageReference,
  { isHit, verified = isHit }: { isHit: boolean; verified?: boolean },
): Promise<void> => {
  const now = clock.now();
  return countOf({ folder }, image, (counts) => ({
    ...counts,
    accessCount: counts.accessCount + 1,
    hitCount: counts.hitCount + (isHit ? 1 : 0),
    accessedAt: now,
    ...(verified ? { lastVerification: now } : {}),
  }));
};
