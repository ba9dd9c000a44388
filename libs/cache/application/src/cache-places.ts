import { cacheSettings } from '@gild/cache-domain';
import { Fault } from '@gild/ports';
import type { CacheHost } from './cache-of-host.js';

/** A folder of its own in the one that is named: other things may lie beside it. */
const FOLDER = 'gild-host-cache';

/** Of the folders on the way, as paths on record name them: one folder has one path, however it was written. */
const namesIn = (location: string): string[] =>
  location.split('/').reduce<string[]>((names, name) => {
    if (name === '..') return names.slice(0, -1);
    return name === '' || name === '.' ? names : [...names, name];
  }, []);

const placeIn = (location: string, named: { by: string; change: string }): string => {
  if (location.startsWith('/')) return ['', ...namesIn(location), FOLDER].join('/');
  throw new Fault(
    'CACHE_REQUEST_INVALID',
    `${named.by}: expected the absolute path of a folder, found "${location}"; ${named.change}`,
  );
};

/** Where the policy has the cache of a host. Fault: CACHE_REQUEST_INVALID. */
export const usualPlace = async ({ usualRoot, farm }: CacheHost): Promise<string> => {
  const { location } = cacheSettings(await farm.policy());
  const named = { by: 'cache_location of the policy', change: 'gild policy set cache_location=/…' };
  return location === undefined ? usualRoot : placeIn(location, named);
};

/** Where a definition has hosts keep its image. Fault: CACHE_REQUEST_INVALID. */
export const placeOfImage = (image: string, storage: string): string =>
  placeIn(storage, { by: `cache_storage of ${image}`, change: 'change its definition, and build it again' });

/** Every folder that this host has images in, the usual one first. */
export const placesOf = async (host: CacheHost): Promise<readonly string[]> => {
  const usual = await usualPlace(host);
  return [usual, ...(await host.memory.places()).filter((place) => place !== usual)];
};
