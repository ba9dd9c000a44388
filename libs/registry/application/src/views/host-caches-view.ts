import { HostCacheEvent, splitStream } from '@gild/contracts';
import { eventParser, typesOf, type View } from '@gild/application-core';
import { cacheRecord, type CachedImages } from '@gild/cache-domain';

/** What is on record of the cache of one host. */
export type HostCacheState = {
  images: CachedImages;
  /** Whose the name of the host is. */
  cacheId: string | undefined;
  evicted: number;
  damaged: number;
};

/** By host. */
export type HostCachesState = Map<string, HostCacheState>;

export const NO_CACHE: HostCacheState = { ...cacheRecord.initial, evicted: 0, damaged: 0 };

const parse = eventParser(HostCacheEvent);

/** What lies in the caches of all hosts that were ever heard of. */
export const hostCachesView: View<HostCachesState> = {
  name: 'host-caches',
  filter: { types: typesOf(HostCacheEvent), streamPrefixes: ['hostcache-'] },
  initial: () => new Map(),
  apply: (state, recorded) => {
    const event = parse(recorded);
    if (event === undefined) return;
    const { id } = splitStream(recorded.stream);
    const { evicted, damaged, ...known } = state.get(id) ?? NO_CACHE;
    state.set(id, {
      ...cacheRecord.evolve(known, event),
      evicted: evicted + (event.type === 'CacheEntryEvicted' ? 1 : 0),
      damaged: damaged + (event.type === 'CacheEntryDamaged' ? 1 : 0),
    });
  },
  snapshot: (state) =>
    [...state].map(([host, { images, ...counts }]) => ({
      host,
      ...counts,
      images: Object.fromEntries(images),
    })),
};
