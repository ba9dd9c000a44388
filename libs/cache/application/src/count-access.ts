import type { ImageReference } from '@gild/ports';
import type { HostCacheDeps } from './host-cache-deps.js';

/** Counts that an image was asked for. A hit: it was here, and its bytes were right. `verified`: its bytes were compared just now. */
export const countAccess = (
  { folder, clock }: HostCacheDeps,
  image: ImageReference,
  { isHit, verified = isHit }: { isHit: boolean; verified?: boolean },
): Promise<void> => {
  const now = clock.now();
  return folder.counts.change(image, (counts) => ({
    ...counts,
    accessCount: counts.accessCount + 1,
    hitCount: counts.hitCount + (isHit ? 1 : 0),
    accessedAt: now,
    ...(verified ? { lastVerification: now } : {}),
  }));
};
