import type { GoldenImageCache } from '@gild/contracts';
import type { CacheStats } from './cache-documents.js';
import type { CopiesInUse } from './copies-in-use.js';
import type { HostCache } from './host-cache.js';
import type { WhichCopy } from './open-copy.js';

/** The caches of one host: that of each folder that was opened, and of a folder that is opened for the image that is to lie there. */
export type Places = {
  opened: () => readonly HostCache[];
  /** Of the folder that the definition of an image names; without, of the usual one. */
  of: (imageName: string, storage: string | undefined) => Promise<HostCache>;
};

const isOf = (entry: GoldenImageCache, which: WhichCopy): boolean =>
  typeof which === 'string'
    ? entry.checksum === which
    : entry.image_name === which.imageName &&
      entry.image_version === which.version &&
      entry.arch === which.arch;

/** The first that has it, else the usual one, which counts that it was asked. */
const holding = async (caches: readonly HostCache[], which: WhichCopy): Promise<HostCache | undefined> => {
  for (const cache of caches) if ((await cache.documents()).some((entry) => isOf(entry, which))) return cache;
  return caches[0];
};

const oneByOne = async <T>(
  caches: readonly HostCache[],
  ask: (cache: HostCache) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for (const cache of caches) all.push(...(await ask(cache)));
  return all;
};

/** Of all folders together; the free disk is that of the usual one. */
const statsOf = async (caches: readonly HostCache[]): Promise<CacheStats> => {
  const [usual, ...others] = await Promise.all(caches.map((cache) => cache.stats()));
  if (usual === undefined) throw new RangeError('a host has a cache at least');
  return others.reduce(added, usual);
};

const added = (a: CacheStats, b: CacheStats): CacheStats => ({
  ...a,
  images: a.images + b.images,
  copies: a.copies + b.copies,
  cachedBytes: a.cachedBytes + b.cachedBytes,
  inUse: a.inUse + b.inUse,
  machines: a.machines + b.machines,
  accessCount: a.accessCount + b.accessCount,
  hitCount: a.hitCount + b.hitCount,
  restBytes: a.restBytes + b.restBytes,
  quarantined: a.quarantined + b.quarantined,
});

/** Folders may have copies of the same bytes: of these the machines of all. */
const inUseOf = async (caches: readonly HostCache[]): Promise<CopiesInUse> => {
  const all = new Map<string, readonly string[]>();
  for (const cache of caches)
    for (const [sha256, machines] of await cache.inUse())
      all.set(sha256, [...new Set([...(all.get(sha256) ?? []), ...machines])]);
  return all;
};

/** One entry for each image: where two folders have it, that of the one it is given out from. */
const documentsOf = async (caches: readonly HostCache[]): Promise<readonly GoldenImageCache[]> => {
  const all = await oneByOne(caches, (cache) => cache.documents());
  return [...new Map(all.toReversed().map((entry) => [entry.cache_id, entry])).values()].toReversed();
};

/** One cache, whose images lie where their definitions have them. */
export const cacheOfPlaces = ({ opened, of }: Places): HostCache => ({
  pull: async (image, vmId) => (await of(image.imageName, image.storage)).pull(image, vmId),
  open: async (which) => (await holding(opened(), which))?.open(which),
  use: async (vmId, which) => (await holding(opened(), which))?.use(vmId, which),
  release: async (vmId) => {
    for (const cache of opened()) await cache.release(vmId);
  },
  verify: (only) => oneByOne(opened(), (cache) => cache.verify(only)),
  clean: (what) => oneByOne(opened(), (cache) => cache.clean(what)),
  inUse: () => inUseOf(opened()),
  documents: () => documentsOf(opened()),
  stats: () => statsOf(opened()),
});
