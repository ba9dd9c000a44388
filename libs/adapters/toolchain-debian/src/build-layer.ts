import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtraRepository, LayerRecipe, RecipeFile } from '@gild/contracts';
import type { Toolchain } from '@gild/ports';
import { extraSource, repositoryKeyPath } from './apt-settings.js';
import { fetchArchives } from './archives.js';
import { bootstrap, foundationFiles } from './bootstrap.js';
import { readableFolder, sayingWhenFull } from './cache-files.js';
import type { LayerTree } from './image-run.js';
import { installPackages } from './install-packages.js';
import { layerEpoch } from './layer-epoch.js';
import { localRepository } from './local-repository.js';
import { normalise } from './normalise.js';
import { megabytes, say } from './output-tail.js';
import { placeFiles, placeSources } from './place-files.js';
import { fetchDownloads } from './recipe-downloads.js';
import { releaseOf } from './releases.js';
import { runScripts } from './run-scripts.js';
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

/** With no parent an empty folder stands below, so that the layer is an overlay's upper folder like any other. */
const parents = async ({ context }: Work, layer: Layer): Promise<readonly string[]> => {
  if (layer.lower.length > 0) return layer.lower;
  return [await readableFolder(join(context.workDir, 'nothing'))];
};

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

const applyFiles = async (work: Work, tree: LayerTree, recipe: LayerRecipe): Promise<void> => {
  if (recipe.downloads.length > 0) {
    const folder = await fetchDownloads(recipe.downloads, work);
    await placeSources(work, { tree, folder, files: recipe.downloads });
  }
  await placeFiles(work, { tree, name: 'files', files: recipe.files });
};

/** Step by step in the order of the recipe's members. */
const applyRecipe = async (work: Work, layer: Layer): Promise<void> => {
  const { target, recipe, resolved, upper } = layer;
  const from = await packagesOf(work, layer);
  const epoch = await layerEpoch(releaseOf(target).epoch, from);
  const binds = await localRepository(join(work.context.workDir, 'repository'), target, from);
  const tree: LayerTree = { lower: await parents(work, layer), upper, epoch, arch: target.arch };
  if (recipe.kind === 'bootstrap') {
    await bootstrap(work, { target, recipe, resolved, tree, archives: from.archives, binds });
    await placeFiles(work, { tree, name: 'foundation', files: foundationFiles(target) });
  }
  const before = [...repositoryFiles(recipe.repositories), ...recipe.seeds];
  await placeFiles(work, { tree, name: 'seeds', files: before });
  await installPackages(work, { recipe, resolved, tree, binds });
  await applyFiles(work, tree, recipe);
  await runScripts(work, tree, recipe);
  await normalise(work, tree);
};

/** Makes one layer, in a folder of its own: several layers of a build share the build's. */
export const buildLayer =
  (options: DebianToolchainOptions): Toolchain['build'] =>
  async (layer, context) => {
    await chmod(layer.upper, 0o755);
    const workDir = await mkdtemp(join(context.workDir, 'toolchain-'));
    await chmod(workDir, 0o755);
    try {
      const work = { options, context: { ...context, workDir } };
      await sayingWhenFull(`Layer ${layer.recipe.name}`, () => applyRecipe(work, layer));
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };
