import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Toolchain } from '@gild/ports';
import { packagesOf } from './build-layer.js';
import { sayingWhenFull } from './cache-files.js';
import { fetchDownloads } from './recipe-downloads.js';
import type { DebianToolchainOptions } from './toolchain-options.js';

/** Fills the cache with what a layer is made of; all of it is checked as it is for the layer itself. */
export const fetchLayer =
  (options: DebianToolchainOptions): Toolchain['fetch'] =>
  async (layer, context) => {
    const workDir = await mkdtemp(join(context.workDir, 'toolchain-'));
    await chmod(workDir, 0o755);
    try {
      const work = { options, context: { ...context, workDir } };
      await sayingWhenFull(`Fetching for layer ${layer.recipe.name}`, async () => {
        await packagesOf(work, layer);
        if (layer.recipe.downloads.length > 0) await fetchDownloads(layer.recipe.downloads, work);
      });
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };
