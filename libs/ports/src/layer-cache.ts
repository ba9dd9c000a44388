import type { LayerArchive } from './toolchain.js';

/** A layer at rest with the components its key was computed from (JSON). */
export type CachedLayer = { key: string; archive: LayerArchive; components: unknown };

/** A layer to be made: its key, the step that makes it, the components of the key. */
export type WantedLayer = { key: string; step: string; components: unknown };

/** What a cached layer was made of, to be compared with one that is missing. */
export type LayerOfStep = { key: string; step: string; components: unknown };

/**
 * Layers of one agent, by key, within a size: those not used for longest go first. A layer is in it whole or not at all; it
 * may be deleted at any time between builds.
 */
export interface LayerCache {
  /** Counts as a use, and so keeps the layer for the while a build takes to come to it. */
  find(key: string): Promise<CachedLayer | undefined>;
  /**
   * As `find`; the layer does not go for room until it was released as often as it was held, however long that takes, or
   * this process is gone.
   */
  hold(key: string): Promise<CachedLayer | undefined>;
  /** Once for every `hold` that answered a layer. */
  release(key: string): Promise<void>;
  /** The layers cached for a step name, the one used last first, a few at most: for saying why a key missed. */
  ofStep(step: string): Promise<readonly LayerOfStep[]>;
  /** Keys of the layers used last, that many at most, the last one first; no use of them. */
  recent(most: number): Promise<readonly string[]>;
  /**
   * Makes the layer once per key, however many ask at the same time: `make` writes the archive at the path it is given.
   * Nothing is kept when it fails.
   */
  commit(wanted: WantedLayer, make: (path: string) => Promise<LayerArchive>): Promise<CachedLayer>;
  /** Forgets a layer, held or not, because it is damaged. */
  evict(key: string): Promise<void>;
}
