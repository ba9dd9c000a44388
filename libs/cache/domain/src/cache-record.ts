import type { CacheAnnouncement, HostCacheEvent } from '@gild/contracts';
import { accept, canonicalJson, type Decider, reject } from '@gild/kernel';
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

/** `cacheId`: whose the name of the host is; undefined: no cache said so yet. */
export type CacheRecord = { images: CachedImages; cacheId: string | undefined };

/** The name of the host is another cache's. */
export type CacheRefusal = { code: 'CACHE_HOST_TAKEN'; cacheId: string };

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

/** The record of one host's cache. What it says already is not said again; refused is only a cache that has the name of another. */
export const cacheRecord: Decider<CacheRecord, AnnounceCache, HostCacheEvent, CacheRefusal> = {
  initial: { images: cachedImages.initial, cacheId: undefined },
  decide: ({ data: { host, events, cacheId, takeOver = false } }, { images, cacheId: owner }) => {
    const news = newsOf(images, events);
    if (cacheId === undefined || cacheId === owner) return accept(...news);
    if (owner !== undefined && !takeOver) return reject({ code: 'CACHE_HOST_TAKEN', cacheId: owner });
    const replaces = owner === undefined ? {} : { replaces: owner };
    return accept<HostCacheEvent>({ type: 'HostCacheNamed', data: { host, cacheId, ...replaces } }, ...news);
  },
  evolve: ({ images, cacheId }, event) =>
    event.type === 'HostCacheNamed'
      ? { images, cacheId: event.data.cacheId }
      : { images: cachedImages.evolve(images, event), cacheId },
};
