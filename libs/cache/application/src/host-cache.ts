import { cacheIdOf } from '@gild/cache-domain';
import type { GoldenImageCache } from '@gild/contracts';
import { oneFlight } from '@gild/kernel';
import type { ImageReference } from '@gild/ports';
import { cacheDocuments, type CacheStats, cacheStats } from './cache-documents.js';
import { cleanCache, type Cleaning, type EvictedCopy, removeOldRests } from './clean-cache.js';
import { countAccess, countOf } from './count-access.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { type Obtained, obtainCopy } from './obtain-copy.js';
import { openCopy, type OpenedCopy, type WhichCopy } from './open-copy.js';
import { type Room, roomOf } from './room.js';
import { type CopiesInUse, copiesInUse } from './copies-in-use.js';
import { type VerifiedEntry, verifyCache, type VersionReference } from './verify-cache.js';
import { type Wanted, wantedFrom, type WantedImage } from './wanted-image.js';

/** Where the verified file of an image is. `filled`: it was not here before; `fetchedBytes`: what was missing of it. */
export type PulledImage = { path: string; sha256: string; filled: boolean; fetchedBytes: number };

/** A copy a machine runs from. */
export type UsedImage = { path: string; sha256: string; image: ImageReference };

/**
 * The images one host keeps to start machines from. What is given out was read whole just before, and found right. Faults:
 * CACHE_REQUEST_INVALID, CACHE_DISABLED, CACHE_FULL (retryable), CACHE_IO, OBJECT_MISSING, OBJECT_DAMAGED, and what the store says.
 */
export interface HostCache {
  /**
   * Has an image here, filling the cache where it is not. However many ask at once, in whatever process, it is filled once; what
   * was cut off goes on where it ended. With `vmId` it is that machine's from then on, as after `use`; without, nothing keeps the
   * path that is told from eviction: only `open`, `use` or `vmId` do.
   */
  pull(image: WantedImage, vmId?: string): Promise<PulledImage>;
  /** To read it; undefined when it is not here. Not evicted before it is released. */
  open(which: WhichCopy): Promise<OpenedCopy | undefined>;
  /** For a machine, until it is released, also across restarts. A machine has one image; undefined when it is not here. */
  use(vmId: string, which: WhichCopy): Promise<UsedImage | undefined>;
  /** The machine is gone, or was never here. */
  release(vmId: string): Promise<void>;
  /** Reads everything, or only the copies of one version; fetches again what is damaged. */
  verify(only?: VersionReference): Promise<readonly VerifiedEntry[]>;
  /** Evicts what has to go: by the policy, unless told otherwise. So goes what nobody needs of fillings that ended. */
  clean(what?: Cleaning): Promise<readonly EvictedCopy[]>;
  /** What somebody needs now, by digest, and the machines among them. */
  inUse(): Promise<CopiesInUse>;
  documents(): Promise<readonly GoldenImageCache[]>;
  stats(): Promise<CacheStats>;
}

const obtaining = (deps: HostCacheDeps, room: Room) => {
  const flights = oneFlight();
  return (wanted: Wanted): Promise<Obtained> =>
    flights(`${wanted.object.sha256} ${cacheIdOf({ host: deps.host, ...wanted })}`, () =>
      obtainCopy({ deps, room, wanted }),
    );
};

const useFor = async (
  { folder }: HostCacheDeps,
  vmId: string,
  { sha256, image }: { sha256: string; image: ImageReference },
): Promise<void> => {
  await folder.holds.use({ vmId, sha256 });
  await countOf({ folder }, image, (counts) => ({ ...counts, lastVmCreated: vmId }));
};

type Obtain = (wanted: Wanted) => Promise<Obtained>;

/** Held by each who asks, before anything is there: nobody evicts it in between. */
const pull = async (
  deps: HostCacheDeps,
  { wanted, vmId, obtain }: { wanted: Wanted; vmId: string | undefined; obtain: Obtain },
): Promise<PulledImage> => {
  const { holds } = deps.folder;
  const { sha256 } = wanted.object;
  await holds.add(sha256);
  try {
    const { copy, filled, fetchedBytes } = await obtain(wanted).catch(async (error: unknown) => {
      await countAccess(deps, wanted, { isHit: false });
      throw error;
    });
    await countAccess(deps, wanted, { isHit: !filled, verified: true });
    if (vmId !== undefined) await useFor(deps, vmId, { sha256, image: wanted });
    return { path: copy.path, sha256, filled, fetchedBytes };
  } finally {
    await holds.remove(sha256);
  }
};

const use = async (deps: HostCacheDeps, vmId: string, which: WhichCopy): Promise<UsedImage | undefined> => {
  const opened = await openCopy(deps, which);
  if (opened === undefined) return undefined;
  const { path, sha256, image } = opened;
  try {
    await useFor(deps, vmId, opened);
    return { path, sha256, image };
  } finally {
    await opened.release();
  }
};

/** Opens the cache on what the disk holds, whatever ended the processes before. */
export const openHostCache = async (deps: HostCacheDeps): Promise<HostCache> => {
  await deps.folder.recover();
  await removeOldRests(deps);
  const room = roomOf(deps);
  const obtain = obtaining(deps, room);
  return {
    pull: async (image, vmId) => {
      const wanted = wantedFrom(image, (await deps.policy()).cacheEnabled);
      return pull(deps, { wanted, vmId, obtain });
    },
    open: (which) => openCopy(deps, which),
    use: (vmId, which) => use(deps, vmId, which),
    release: (vmId) => deps.folder.holds.release(vmId),
    verify: (only) => verifyCache(deps, obtain, only),
    clean: (what = 'policy') => cleanCache(deps, { what, reserved: room.reserved }),
    inUse: () => copiesInUse(deps),
    documents: () => cacheDocuments(deps),
    stats: () => cacheStats(deps),
  };
};
