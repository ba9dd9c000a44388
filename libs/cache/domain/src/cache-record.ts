import type { HostCacheEvent } from '@gild/contracts';
import { accept, canonicalJson, type Decider } from '@gild/kernel';
import { cachedImages, type CachedImages, cacheIdOf } from './cached-images.js';

/** A host tells what happened to its cache. */
export type AnnounceCache = { type: 'AnnounceCache'; data: { events: readonly HostCacheEvent[] } };

const isNews = (images: CachedImages, { type, data }: HostCacheEvent): boolean => {
  const known = images.get(cacheIdOf(data));
  switch (type) {
    case 'ImageCached':
      return known === undefined || canonicalJson(known) !== canonicalJson(data);
    case 'CacheEntryEvicted':
    case 'CacheEntryDamaged':
      return known !== undefined;
  }
};

/** The record of one host's cache. What it says already is not said again, and nothing is refused: it happened. */
export const cacheRecord: Decider<CachedImages, AnnounceCache, HostCacheEvent, never> = {
  initial: cachedImages.initial,
  decide: ({ data: { events } }, images) => {
    const news: HostCacheEvent[] = [];
    let now = images;
    for (const event of events) {
      if (!isNews(now, event)) continue;
      news.push(event);
      now = cachedImages.evolve(now, event);
    }
    return accept(...news);
  },
  evolve: cachedImages.evolve,
};
