import { oneFlight } from '@gild/kernel';
import type { CachedLayer, LayerArchive, LayerCache, LayerTrees } from '@gild/ports';

/** Layers in memory. What is held is noted in `held`, once for every hold. */
export const memoryLayers = (held: string[]): LayerCache => {
  const layers = new Map<string, CachedLayer & { step: string }>();
  const making = oneFlight();
  const make = async (
    { key, step, components }: { key: string; step: string; components: unknown },
    how: (path: string) => Promise<LayerArchive>,
  ): Promise<CachedLayer> => {
    const present = layers.get(key);
    if (present !== undefined) return present;
    const layer = { key, step, components, archive: await how(key) };
    layers.set(key, layer);
    return layer;
  };
  return {
    find: (key) => Promise.resolve(layers.get(key)),
    ofStep: (step) => Promise.resolve([...layers.values()].filter((layer) => layer.step === step)),
    recent: (most) => Promise.resolve([...layers.keys()].toReversed().slice(0, most)),
    hold: (key) => {
      if (layers.has(key)) held.push(key);
      return Promise.resolve(layers.get(key));
    },
    release: (key) => Promise.resolve(void held.splice(held.indexOf(key), 1)),
    commit: (wanted, how) => making(wanted.key, () => make(wanted, how)),
    evict: (key) => Promise.resolve(void layers.delete(key)),
  };
};

/** Keeps no tree between two holds, so that every build unpacks what it takes from the cache. */
export const unpackingTrees = (held: string[]): LayerTrees => ({
  hold: async (key, unpack) => {
    await unpack(`/trees/${key}`);
    held.push(key);
    return `/trees/${key}`;
  },
  keep: (key) => {
    held.push(key);
    return Promise.resolve(`/trees/${key}`);
  },
  evict: () => Promise.resolve(),
  release: (key) => Promise.resolve(void held.splice(held.indexOf(key), 1)),
});
