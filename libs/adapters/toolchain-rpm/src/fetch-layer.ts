import { fetchDownloads, inOwnFolder } from '@gild/layer-steps';
import type { Toolchain } from '@gild/ports';
import { fetchArchives } from './archives.js';
import type { RpmToolchainOptions } from './toolchain-options.js';

/** Fills the cache with what a layer is made of; all of it is checked as it is for the layer itself. */
export const fetchLayer =
  (options: RpmToolchainOptions): Toolchain['fetch'] =>
  async ({ target, recipe, resolved, repositoriesBelow }, context) =>
    inOwnFolder(`Fetching for layer ${recipe.name}`, context, async (own) => {
      const work = { options, context: own };
      const repositories = [...repositoriesBelow, ...recipe.repositories];
      await fetchArchives(work, { target, repositories, packages: resolved.packages });
      await fetchDownloads(recipe.downloads, work);
    });
