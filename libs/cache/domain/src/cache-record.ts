import type { CacheAnnouncement, HostCacheEvent } from '@gild/contracts';
import { accept, canonicalJson, type Decider, type Decision, reject } from '@gild/kernel';
import { cachedImages, type CachedImages, cacheIdOf } from './cached-images.js';

/** A host tells what happened to its cache. `takeOver`: its name is this cache's, whosever it was. */
export type AnnounceCache = {
  type: 'AnnounceCache';
  data: {
    host: string;
    events: readonly CacheAnnouncement[];
    cacheId?: string | undefined;
    takeOver?: boolean | undefined;
  };
};

/** Somebody says that a host is gone for good. `machines`: those that run on it as far as is known. */
export type ForgetHost = {
  type: 'ForgetHost';
  data: { host: string; by: string; reason: string; machines: readonly string[] };
};

/** `status`: whether the host was ever heard of, and since it was forgotten. `cacheId`: whose its name is; undefined: no cache said so yet. */
export type CacheRecord = {
  status: 'unknown' | 'known' | 'forgotten';
  images: CachedImages;
  cacheId: string | undefined;
};

/** The name of the host is another cache's. */
export type CacheHostTaken = { code: 'CACHE_HOST_TAKEN'; cacheId: string };

/** The host cannot be forgotten: nobody ever heard of its cache, or machines run on it. */
export type ForgetRefusal =
  { code: 'CACHE_HOST_NOT_FOUND' } | { code: 'CACHE_HOST_IN_USE'; machines: readonly string[] };

export type CacheRefusal = CacheHostTaken | ForgetRefusal;

type Decided = Decision<HostCacheEvent, CacheRefusal>;

const isNews = (images: CachedImages, { type, data }: CacheAnnouncement): boolean => {
  const known = images.get(cacheIdOf(data));
  switch (type) {
    case 'ImageCached':
      return known === undefined || canonicalJson(known) !== canonicalJson(data);
    case 'CacheEntryEvicted':
    case 'CacheEntryDamaged':
      return known !== undefined;
  }
};

const newsOf = (images: CachedImages, events: readonly CacheAnnouncement[]): CacheAnnouncement[] => {
  let now = images;
  return events.filter((event) => {
    if (!isNews(now, event)) return false;
    now = cachedImages.evolve(now, event);
    return true;
  });
};

const announce = (
  { host, events, cacheId, takeOver = false }: AnnounceCache['data'],
  { images, cacheId: owner }: CacheRecord,
): Decided => {
  const news = newsOf(images, events);
  if (cacheId === undefined || cacheId === owner) return accept(...news);
  if (owner !== undefined && !takeOver) return reject({ code: 'CACHE_HOST_TAKEN', cacheId: owner });
  const replaces = owner === undefined ? {} : { replaces: owner };
  return accept<HostCacheEvent>({ type: 'HostCacheNamed', data: { host, cacheId, ...replaces } }, ...news);
};

const forget = ({ machines, ...data }: ForgetHost['data'], { status }: CacheRecord): Decided => {
  if (status === 'unknown') return reject({ code: 'CACHE_HOST_NOT_FOUND' });
  if (status === 'forgotten') return accept();
  if (machines.length > 0) return reject({ code: 'CACHE_HOST_IN_USE', machines });
  return accept({ type: 'HostCacheForgotten', data });
};

/** The record of one host's cache. What it says already is not said again; what was said before the host was forgotten counts no more. */
export const cacheRecord: Decider<CacheRecord, AnnounceCache | ForgetHost, HostCacheEvent, CacheRefusal> = {
  initial: { status: 'unknown', images: cachedImages.initial, cacheId: undefined },
  decide: ({ type, data }, record) => {
    switch (type) {
      case 'AnnounceCache':
        return announce(data, record);
      case 'ForgetHost':
        return forget(data, record);
    }
  },
  evolve: ({ images, cacheId }, event) => {
    switch (event.type) {
      case 'HostCacheForgotten':
        return { ...cacheRecord.initial, status: 'forgotten' };
      case 'HostCacheNamed':
        return { status: 'known', images, cacheId: event.data.cacheId };
      case 'ImageCached':
      case 'CacheEntryEvicted':
      case 'CacheEntryDamaged':
        return { status: 'known', images: cachedImages.evolve(images, event), cacheId };
    }
  },
};
