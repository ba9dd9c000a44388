import type { EvictionReason } from '@gild/contracts';
import type { CachedCopy } from '@gild/ports';
import { runningFrom } from './copies-in-use.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { announceOf } from './image-facts.js';

const isNeeded = async ({ folder, running }: HostCacheDeps, copy: CachedCopy): Promise<boolean> =>
  runningFrom(copy, await running()).length > 0 || (await folder.holds.held()).has(copy.sha256);

/**
 * Out of sight first, looked for holders and for machines that were reported then: whoever opens a copy holds it first and looks for
 * it then. What is needed already is not even hidden.
 */
const removed = async (deps: HostCacheDeps, sha256: string): Promise<CachedCopy | undefined> => {
  const { copies } = deps.folder;
  const copy = await copies.find(sha256);
  if (copy === undefined || (await isNeeded(deps, copy))) return undefined;
  const hidden = await copies.hide(sha256);
  if (hidden === undefined) return undefined;
  const isStillNeeded = await isNeeded(deps, copy).catch(async (error: unknown) => {
    await hidden.restore();
    throw error;
  });
  if (isStillNeeded) {
    await hidden.restore();
    return undefined;
  }
  await hidden.discard();
  return copy;
};

/** Removes a copy unless somebody needs it by now: undefined then, and when it is gone already. */
export const evictCopy = async (
  deps: HostCacheDeps,
  sha256: string,
  reason: EvictionReason,
): Promise<CachedCopy | undefined> => {
  const copy = await deps.folder.aloneIfFree(sha256, () => removed(deps, sha256));
  if (copy === undefined) return undefined;
  for (const image of copy.images) await deps.folder.counts.forget(image);
  await announceOf(deps, copy, ({ format: _f, ttlDays: _t, cachedAt: _c, expiresAt: _e, ...facts }) => ({
    type: 'CacheEntryEvicted',
    data: { ...facts, reason },
  }));
  return copy;
};
