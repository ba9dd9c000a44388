import { HostCacheEvent, splitStream } from '@gild/contracts';
import { eventParser, typesOf, type View } from '@gild/application-core';
import { cacheRecord, type CacheRecord } from '@gild/cache-domain';

/** What is on record of the cache of one host, and how much went from it or was found damaged since it was last forgotten. */
export type HostCacheState = CacheRecord & { evicted: number; damaged: number };

/** By host. */
export type HostCachesState = Map<string, HostCacheState>;

export const NO_CACHE: HostCacheState = { ...cacheRecord.initial, evicted: 0, damaged: 0 };

const parse = eventParser(HostCacheEvent);

/** What lies in the caches of all hosts that were ever heard of, and not forgotten since. */
export const hostCachesView: View<HostCachesState> = {
  name: 'host-caches',
  filter: { types: typesOf(HostCacheEvent), streamPrefixes: ['hostcache-'] },
  initial: () => new Map(),
  apply: (state, recorded) => {
    const event = parse(recorded);
    if (event === undefined) return;
    const { id } = splitStream(recorded.stream);
    if (event.type === 'HostCacheForgotten') {
      state.delete(id);
      return;
    }
    const { evicted, damaged, ...known } = state.get(id) ?? NO_CACHE;
    state.set(id, {
      ...cacheRecord.evolve(known, event),
      evicted: evicted + (event.type === 'CacheEntryEvicted' ? 1 : 0),
      damaged: damaged + (event.type === 'CacheEntryDamaged' ? 1 : 0),
    });
  },
  snapshot: (state) =>
    [...state].map(([host, { images, cacheId, evicted, damaged }]) => ({
      ...{ host, cacheId, evicted, damaged },
      images: Object.fromEntries(images),
    })),
};
