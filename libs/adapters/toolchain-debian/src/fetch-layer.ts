import { fetchDownloads, inOwnFolder } from '@gild/layer-steps';
import type { Toolchain } from '@gild/ports';
import { packagesOf } from './build-layer.js';
import type { DebianToolchainOptions } from './toolchain-options.js';

/** Fills the cache with what a layer is made of; all of it is checked as it is for the layer itself. */
export const fetchLayer =
  (options: DebianToolchainOptions): Toolchain['fetch'] =>
  async (layer, context) =>
    inOwnFolder(`Fetching for layer ${layer.recipe.name}`, context, async (own) => {
      const work = { options, context: own };
      await packagesOf(work, layer);
      await fetchDownloads(layer.recipe.downloads, work);
    });
