import { cacheSettings, unrecorded } from '@gild/cache-domain';
import type { HostCacheEvent } from '@gild/contracts';
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
  /** Hears of everything that is announced. */
  told?: (event: HostCacheEvent) => void;
  /** Told what could not be announced; the record is put right later. */
  report: (error: unknown) => void;
};

/** A folder of its own in the one that the policy names: other things may lie beside it. */
const FOLDER = 'gild-host-cache';

const rootOf = ({ usualRoot }: CacheHost, location: string | undefined): string => {
  if (location === undefined) return usualRoot;
  if (location.startsWith('/')) return `${location.replace(/\/+$/, '')}/${FOLDER}`;
  throw new Fault(
    'CACHE_REQUEST_INVALID',
    `cache_location of the policy: expected the absolute path of a folder, found "${location}"; gild policy set cache_location=/…`,
  );
};

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

/**
 * Has the record say what the cache holds, whatever was lost on the way to it. The record is read first: what another process caches
 * and announces in between is not taken for missing, and what it announces is not recorded twice.
 */
export const putRecordRight = async ({ farm, host }: CacheHost, cache: HostCache): Promise<void> => {
  const { entries } = await farm.recorded(host);
  const events = unrecorded(await cache.documents(), entries);
  for (let at = 0; at < events.length; at += MOST_AT_ONCE)
    await farm.announce(host, events.slice(at, at + MOST_AT_ONCE));
};
