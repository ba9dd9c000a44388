import type { Evictable, HostDisk } from '@gild/cache-domain';
import type { CachedCopy, CacheRest, ImageCounts } from '@gild/ports';
import { type CopiesInUse, copiesInUse } from './copies-in-use.js';
import type { HostCacheDeps } from './host-cache-deps.js';

/** Room that fillings of this process have been given and not used yet, by digest. */
export type Reserved = ReadonlyMap<string, number>;

const latest = (times: readonly string[]): string => times.reduce((a, b) => (a > b ? a : b));

const evictableCopy = (
  { sha256, sizeBytes, images }: CachedCopy,
  counts: readonly ImageCounts[],
  inUse: CopiesInUse,
): Evictable => ({
  id: sha256,
  sizeBytes,
  accessedAt: latest(images.map(({ cachedAt }, index) => counts[index]?.accessedAt ?? cachedAt)),
  expiresAt: latest(images.map(({ expiresAt }) => expiresAt)),
  inUse: inUse.has(sha256),
});

const evictableRest = ({ id, sha256, sizeBytes, changedAt }: CacheRest, inUse: CopiesInUse): Evictable => ({
  ...{ id, sizeBytes, accessedAt: changedAt },
  inUse: sha256 !== undefined && inUse.has(sha256),
});

const reservation = ([sha256, sizeBytes]: readonly [string, number]): Evictable => ({
  ...{ id: `reserved/${sha256}`, sizeBytes, accessedAt: '', inUse: true },
});

/** Everything the cache has on the disk, by copies' digests and the names of rests; what is reserved counts as if it were there. */
export const hostState = async (
  deps: Pick<HostCacheDeps, 'folder' | 'running'>,
  reserved: Reserved,
): Promise<HostDisk> => {
  const { folder } = deps;
  const [copies, rests, disk] = await Promise.all([folder.copies.all(), folder.rests(), folder.disk()]);
  const inUse = await copiesInUse(deps);
  const entries: Evictable[] = [];
  for (const copy of copies) {
    const counts = await Promise.all(copy.images.map((image) => folder.counts.of(image)));
    entries.push(evictableCopy(copy, counts, inUse));
  }
  entries.push(...rests.map((rest) => evictableRest(rest, inUse)));
  entries.push(...[...reserved].map(reservation));
  const reservedBytes = [...reserved.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { entries, disk: { ...disk, freeBytes: disk.freeBytes - reservedBytes } };
};
