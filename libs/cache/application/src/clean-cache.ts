import { chooseEvictions, chooseUnused, type Eviction, type HostDisk } from '@gild/cache-domain';
import type { EvictionReason } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { CachedCopy, CacheRest } from '@gild/ports';
import { evictCopy } from './evict-copy.js';
import { type HostCacheDeps, REST_KEPT_MS } from './host-cache-deps.js';
import { hostState, type Reserved } from './host-state.js';
import { isSameImage } from './image-facts.js';

export type EvictedCopy = { copy: CachedCopy; reason: EvictionReason };

const removeRest = async ({ folder }: HostCacheDeps, { id, sha256 }: CacheRest): Promise<void> => {
  if (sha256 === undefined) return folder.removeRest(id);
  await folder.aloneIfFree(sha256, async () => {
    if (!(await folder.holds.held()).has(sha256)) await folder.removeRest(id);
  });
};

/** Does what was decided, as far as nobody needs it by now. */
export const evictAll = async (
  deps: HostCacheDeps,
  evictions: readonly Eviction[],
): Promise<readonly EvictedCopy[]> => {
  const rests = await deps.folder.rests();
  const evicted: EvictedCopy[] = [];
  for (const { id, reason } of evictions) {
    deps.stop?.throwIfAborted();
    const rest = rests.find((one) => one.id === id);
    if (rest !== undefined) await removeRest(deps, rest);
    const copy = rest === undefined ? await evictCopy(deps, id, reason) : undefined;
    if (copy !== undefined) evicted.push({ copy, reason });
  }
  return evicted;
};

/** Removes what fillings and damage left, and counts of images that are not here, once nobody has touched it for a while. */
export const removeOldRests = async (deps: HostCacheDeps): Promise<void> => {
  const isOld = (time: string) => epochMs(deps.clock.now()) - epochMs(time) > REST_KEPT_MS;
  const { folder } = deps;
  for (const rest of await folder.rests()) {
    deps.stop?.throwIfAborted();
    if (isOld(rest.changedAt)) await removeRest(deps, rest);
  }
  const cached = (await folder.copies.all()).flatMap(({ images }) => images);
  for (const { image, counts } of await folder.counts.all()) {
    const isHere = cached.some((other) => isSameImage(other, image));
    if (!isHere && isOld(counts.accessedAt ?? '1970-01-01T00:00:00.000Z')) await folder.counts.forget(image);
  }
};

/** What is to go: what the policy says; besides that all that has expired; or all that nobody needs. */
export type Cleaning = 'policy' | 'expired' | 'all';

const chosen = async (deps: HostCacheDeps, what: Cleaning, state: HostDisk): Promise<readonly Eviction[]> => {
  if (what === 'all') return chooseUnused(state);
  const policy = { ...(await deps.policy()), now: deps.clock.now() };
  return chooseEvictions(state, what === 'expired' ? { ...policy, autoCleanupExpired: true } : policy);
};

export const cleanCache = async (
  deps: HostCacheDeps,
  { what, reserved }: { what: Cleaning; reserved: Reserved },
): Promise<readonly EvictedCopy[]> => {
  await removeOldRests(deps);
  return evictAll(deps, await chosen(deps, what, await hostState(deps, reserved)));
};
