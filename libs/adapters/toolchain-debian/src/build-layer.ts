import { join } from 'node:path';
import type { ExtraRepository, RecipeFile } from '@gild/contracts';
import {
  type BuiltLayer,
  type FetchedLayer,
  layerMaker,
  type LayerTree,
  megabytes,
  placeFiles,
  say,
  wantedPackages,
} from '@gild/layer-steps';
import type { Toolchain } from '@gild/ports';
import { extraSource, repositoryKeyPath } from './apt-settings.js';
import { NORMALISE } from './apt-leftovers.js';
import { fetchArchives } from './archives.js';
import { bootstrap, foundationFiles } from './bootstrap.js';
import { DEBIAN_SURROUNDINGS } from './debian-surroundings.js';
import { installPackages } from './install-packages.js';
import { layerEpoch } from './layer-epoch.js';
import { localRepository } from './local-repository.js';
import { openedArchives } from './opened-archives.js';
import { releaseOf } from './releases.js';
import type { DebianToolchainOptions, Work } from './toolchain-options.js';

/** The image keeps fetching from its extra repositories, under their pinned keys. */
export const repositoryFiles = (repositories: readonly ExtraRepository[]): RecipeFile[] =>
  repositories.flatMap((repository) => {
    const key = repositoryKeyPath(repository.name);
    return [
      { path: key, content: repository.key, mode: '0644' },
      {
        path: `/etc/apt/sources.list.d/${repository.name}.sources`,
        content: extraSource(repository, key),
        mode: '0644',
      },
    ];
  });

/** The archives of all packages of a layer: from the cache, else from the mirrors. */
export const packagesOf = async (work: Work, layer: FetchedLayer) => {
  const from = await fetchArchives(work, wantedPackages(layer));
  const bytes = from.archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { name } = layer.recipe;
  await say(work.context, `Layer ${name}: ${from.archives.length} packages, ${megabytes(bytes)}`);
  return from;
};

const packages = async (work: Work, layer: BuiltLayer) => {
  const { target, recipe, resolved } = layer;
  const from = await packagesOf(work, layer);
  const epoch = await layerEpoch(releaseOf(target).epoch, from);
  const opened = await openedArchives(
    work,
    { arch: target.arch, folder: join(work.context.workDir, 'opened') },
    from,
  );
  const binds = await localRepository(join(work.context.workDir, 'repository'), target, opened);
  const install = async (tree: LayerTree): Promise<void> => {
    if (recipe.kind === 'bootstrap') {
      await bootstrap(work, { target, recipe, resolved, tree, archives: from.archives, binds });
      await placeFiles(work, { tree, name: 'foundation', files: foundationFiles(target) });
    }
    const before = [...repositoryFiles(recipe.repositories), ...recipe.seeds];
    await placeFiles(work, { tree, name: 'seeds', files: before });
    await installPackages(work, { recipe, resolved, tree, binds });
  };
  return { epoch, install };
};

/** Makes one layer. */
export const buildLayer = (options: DebianToolchainOptions): Toolchain['build'] =>
  layerMaker(options, { env: DEBIAN_SURROUNDINGS, packages, normalisation: NORMALISE });
