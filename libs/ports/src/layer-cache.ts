import type { LayerArchive } from './toolchain.js';

/** A layer at rest with the components its key was computed from (JSON). */
export type CachedLayer = { key: string; archive: LayerArchive; components: unknown };

/** A layer to be made: its key, the step that makes it, the components of the key. */
export type WantedLayer = { key: string; step: string; components: unknown };

/** Layers of one agent, by key. A layer is in it whole or not at all; it may be deleted at any time between builds. */
export interface LayerCache {
  find(key: string): Promise<CachedLayer | undefined>;
  /** Components of the layers cached for a step name, newest first, a few at most: for saying why a key missed. */
  componentsOf(step: string): Promise<readonly unknown[]>;
  /**
   * Makes the layer once per key, however many ask at the same time: `make` writes the archive at the path it is given.
   * Nothing is kept when it fails.
   */
  commit(wanted: WantedLayer, make: (path: string) => Promise<LayerArchive>): Promise<CachedLayer>;
  /** Forgets a layer, because it is damaged. */
  evict(key: string): Promise<void>;
}
