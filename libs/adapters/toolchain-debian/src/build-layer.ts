import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtraRepository, RecipeFile } from '@gild/contracts';
import {
  applyFiles,
  inOwnFolder,
  megabytes,
  normalise,
  parentsOf,
  placeFiles,
  runScripts,
  say,
  type LayerTree,
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
import { releaseOf } from './releases.js';
import type { DebianToolchainOptions, Work } from './toolchain-options.js';

type Layer = Parameters<Toolchain['build']>[0];

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
export const packagesOf = async (
  work: Work,
  layer: Pick<Layer, 'target' | 'recipe' | 'resolved' | 'repositoriesBelow'>,
) => {
  const { target, recipe, resolved, repositoriesBelow } = layer;
  const repositories = [...repositoriesBelow, ...recipe.repositories];
  const from = await fetchArchives(work, { target, repositories, packages: resolved.packages });
  const bytes = from.archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await say(work.context, `Layer ${recipe.name}: ${from.archives.length} packages, ${megabytes(bytes)}`);
  return from;
};

/** Step by step in the order of the recipe's members. */
const applyRecipe = async (work: Work, layer: Layer): Promise<void> => {
  const { target, recipe, resolved, upper } = layer;
  const from = await packagesOf(work, layer);
  const epoch = await layerEpoch(releaseOf(target).epoch, from);
  const binds = await localRepository(join(work.context.workDir, 'repository'), target, from);
  const tree: LayerTree = {
    lower: await parentsOf(work, layer.lower),
    upper,
    epoch,
    arch: target.arch,
    env: DEBIAN_SURROUNDINGS,
  };
  if (recipe.kind === 'bootstrap') {
    await bootstrap(work, { target, recipe, resolved, tree, archives: from.archives, binds });
    await placeFiles(work, { tree, name: 'foundation', files: foundationFiles(target) });
  }
  const before = [...repositoryFiles(recipe.repositories), ...recipe.seeds];
  await placeFiles(work, { tree, name: 'seeds', files: before });
  await installPackages(work, { recipe, resolved, tree, binds });
  await applyFiles(work, tree, recipe);
  await runScripts(work, tree, recipe);
  await normalise(work, tree, NORMALISE);
};

/** Makes one layer. */
export const buildLayer =
  (options: DebianToolchainOptions): Toolchain['build'] =>
  async (layer, context) => {
    await chmod(layer.upper, 0o755);
    await inOwnFolder(`Layer ${layer.recipe.name}`, context, (own) =>
      applyRecipe({ options, context: own }, layer),
    );
  };
