import { cacheSettings, unrecorded } from '@gild/cache-domain';
import type { GoldenImageCache, CacheAnnouncement } from '@gild/contracts';
import { Fault, type HostCacheFolder } from '@gild/ports';
import type { CacheFarm } from './cache-farm.js';
import { type HostCache, openHostCache } from './host-cache.js';
import type { HostCacheDeps } from './host-cache-deps.js';

/** A host whose cache is kept by the policy of a farm. */
export type CacheHost = Omit<HostCacheDeps, 'folder' | 'policy' | 'running' | 'announce'> & {
  farm: CacheFarm;
  /** The cache in a folder of this host. */
  folderAt: (root: string) => HostCacheFolder;
  /** Where it is while the policy does not say. */
  usualRoot: string;
  /** Whether there is a file of this host, of which nobody says whose it is. */
  isThere: (path: string) => Promise<boolean>;
  /** Hears of everything that is announced. */
  told?: (event: CacheAnnouncement) => void;
  /** Told what could not be announced; the record is put right later. */
  report: (error: unknown) => void;
};

/** A folder of its own in the one that the policy names: other things may lie beside it. */
const FOLDER = 'gild-host-cache';

const rootOf = ({ usualRoot }: CacheHost, location: string | undefined): string => {
  if (location === undefined) return usualRoot;
  if (location.startsWith('/')) return ['', ...namesIn(location), FOLDER].join('/');
  throw new Fault(
    'CACHE_REQUEST_INVALID',
    `cache_location of the policy: expected the absolute path of a folder, found "${location}"; gild policy set cache_location=/…`,
  );
};

/** Of the folders on the way, as paths on record name them. */
const namesIn = (location: string): string[] =>
  location.split('/').filter((name) => name !== '' && name !== '.');

/** Opens the cache of this host where the policy has it. Faults: CACHE_REQUEST_INVALID, CACHE_IO, and what the farm says. */
export const cacheOfHost = async (host: CacheHost): Promise<HostCache> => {
  const { farm, folderAt, report, told } = host;
  const { location } = cacheSettings(await farm.policy());
  return openHostCache({
    ...host,
    folder: folderAt(rootOf(host, location)),
    policy: async () => cacheSettings(await farm.policy()),
    running: () => farm.running(host.host),
    announce: async (event) => {
      told?.(event);
      await farm.announce(host.host, [event]).catch(report);
    },
  });
};

const MOST_AT_ONCE = 1000;

/** What of the record is of another cache: it lies outside this one's folder, and may be there. */
const ofAnother = async (host: CacheHost, entries: readonly GoldenImageCache[]) => {
  const root = rootOf(host, cacheSettings(await host.farm.policy()).location);
  const outside = entries.filter(({ storage_path: path }) => !path.startsWith(`${root}/`));
  const there = new Set<string>();
  for (const { cache_id: id, storage_path: path } of outside) if (await host.isThere(path)) there.add(id);
  return { outside, there };
};

/**
 * Has the record say what the cache holds, whatever was lost on the way to it. The record is read first: what another process caches
 * and announces in between is not taken for missing, and what it announces is not recorded twice. Nothing is said of an entry whose
 * file is there outside this cache. Answers a warning when the record has entries of another cache.
 */
export const putRecordRight = async (cacheHost: CacheHost, cache: HostCache): Promise<string | undefined> => {
  const { farm, host } = cacheHost;
  const { entries } = await farm.recorded(host);
  const { outside, there } = await ofAnother(cacheHost, entries);
  const isOurs = ({ cache_id: id }: GoldenImageCache) => !there.has(id);
  const events = unrecorded((await cache.documents()).filter(isOurs), entries.filter(isOurs));
  for (let at = 0; at < events.length; at += MOST_AT_ONCE)
    await farm.announce(host, events.slice(at, at + MOST_AT_ONCE));
  const [first] = outside;
  return (
    first &&
    `another cache is on record as ${host}, with ${first.storage_path}; name this one with --host or GILD_CACHE_HOST, or remove that file if it is left of this one`
  );
};
