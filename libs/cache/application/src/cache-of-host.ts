import { cacheSettings, unrecorded } from '@gild/cache-domain';
import type { GoldenImageCache, CacheAnnouncement } from '@gild/contracts';
import { Fault, type HostCacheFolder, type HostCacheMemory } from '@gild/ports';
import type { CacheFarm } from './cache-farm.js';
import { cacheOfPlaces } from './cache-of-places.js';
import { placeOfImage, placesOf } from './cache-places.js';
import { type HostCache, openHostCache } from './host-cache.js';
import type { HostCacheDeps } from './host-cache-deps.js';

/** A host whose cache is kept by the policy of a farm. */
export type CacheHost = Omit<HostCacheDeps, 'folder' | 'policy' | 'running' | 'announce'> & {
  farm: CacheFarm;
  /** The cache in a folder of this host. */
  folderAt: (root: string) => HostCacheFolder;
  /** Where it is while the policy does not say. */
  usualRoot: string;
  memory: HostCacheMemory;
  /** Whether there is a file of this host, of which nobody says whose it is. */
  isThere: (path: string) => Promise<boolean>;
  /** Hears of everything that is announced. */
  told?: (event: CacheAnnouncement) => void;
  /** Told what could not be announced; the record is put right later. */
  report: (error: unknown) => void;
  /** Told of a folder that a definition once named and that is left out; `report` is, where this is not given. */
  leftOut?: (fault: Fault) => void;
};

/**
 * Opens the cache of this host where the policy has it, with what definitions have elsewhere, but for folders that fail. Faults: CACHE_REQUEST_INVALID, CACHE_IO, and
 * what the farm says.
 */
export const cacheOfHost = async (host: CacheHost): Promise<HostCache> => {
  const [usual = '', ...others] = await placesOf(host);
  const caches = new Map<string, HostCache>();
  const open = async (root: string): Promise<HostCache> => {
    const cache = caches.get(root) ?? (await openAt(host, root));
    caches.set(root, cache);
    return cache;
  };
  await open(usual);
  for (const place of others)
    await open(place).catch((cause: unknown) => (host.leftOut ?? host.report)(leftOut(place, cause)));
  return cacheOfPlaces({
    opened: () => [...caches.values()],
    of: async (image, storage) => {
      const place = storage === undefined ? usual : placeOfImage(image, storage);
      const cache = await open(place);
      if (place !== usual) await host.memory.addPlace(place);
      return cache;
    },
  });
};

const leftOut = (place: string, cause: unknown): Fault => {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `${place} is left out, though images were put there: ${why}; let this host use that folder, and start anew`;
  return new Fault('CACHE_IO', message, { cause });
};

const openAt = (host: CacheHost, root: string): Promise<HostCache> => {
  const { farm, folderAt, report, told, memory } = host;
  return openHostCache({
    ...host,
    folder: folderAt(root),
    policy: async () => cacheSettings(await farm.policy()),
    running: () => farm.running(host.host),
    announce: async (event) => {
      told?.(event);
      const announced = async () => farm.announce(host.host, [event], { cacheId: await memory.cacheId() });
      await announced().catch(report);
    },
  });
};

const MOST_AT_ONCE = 1000;

/** What of the record is of another cache of this host: it lies outside this one's folders, and may be there. */
const ofAnother = async (host: CacheHost, entries: readonly GoldenImageCache[]) => {
  const places = await placesOf(host);
  const isInside = (path: string) => places.some((place) => path.startsWith(`${place}/`));
  const outside = entries.filter(({ storage_path: path }) => !isInside(path));
  const there = new Set<string>();
  for (const { cache_id: id, storage_path: path } of outside) if (await host.isThere(path)) there.add(id);
  return { outside, there };
};

/**
 * Has the record say what the cache holds, whatever was lost on the way to it. The record is read first: what another process caches
 * and announces in between is not taken for missing, and what it announces is not recorded twice. Nothing is said of an entry whose
 * file is there outside this cache. Answers a warning when the record has entries of another cache of this host. Fault: CACHE_HOST_TAKEN,
 * before anything is announced, when the name of the host is that of a cache elsewhere.
 */
export const putRecordRight = async (cacheHost: CacheHost, cache: HostCache): Promise<string | undefined> => {
  const { farm, host, memory } = cacheHost;
  const by = { cacheId: await memory.cacheId() };
  const { entries, cacheId } = await farm.recorded(host);
  if (cacheId !== by.cacheId) await farm.announce(host, [], by);
  const { outside, there } = await ofAnother(cacheHost, entries);
  const isOurs = ({ cache_id: id }: GoldenImageCache) => !there.has(id);
  const events = unrecorded((await cache.documents()).filter(isOurs), entries.filter(isOurs));
  for (let at = 0; at < events.length; at += MOST_AT_ONCE)
    await farm.announce(host, events.slice(at, at + MOST_AT_ONCE), by);
  const [first] = outside;
  return (
    first &&
    `another cache is on record as ${host}, with ${first.storage_path}; name this one with --host or GILD_CACHE_HOST, or remove that file if it is left of this one`
  );
};
