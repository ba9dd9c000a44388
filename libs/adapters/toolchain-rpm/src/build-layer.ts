import { chmod } from 'node:fs/promises';
import type { ExtraRepository, RecipeFile } from '@gild/contracts';
import {
  applyFiles,
  inOwnFolder,
  normalise,
  parentsOf,
  placeFiles,
  runScripts,
  say,
  type LayerTree,
} from '@gild/layer-steps';
import type { Toolchain } from '@gild/ports';
import { fetchArchives } from './archives.js';
import { bootstrap, packageBinds } from './bootstrap.js';
import { settleInstallTimes } from './install-times.js';
import { installPackages } from './install-packages.js';
import { releaseOf } from './releases.js';
import { NORMALISE } from './rpm-leftovers.js';
import { RPM_SURROUNDINGS } from './rpm-surroundings.js';
import { repositoryKeyPath, repositoryText } from './sources.js';
import type { RpmToolchainOptions, Work } from './toolchain-options.js';

type Layer = Parameters<Toolchain['build']>[0];

/** The image keeps fetching from its extra repositories, under their pinned keys. */
export const repositoryFiles = (repositories: readonly ExtraRepository[]): RecipeFile[] =>
  repositories.flatMap((repository) => [
    { path: repositoryKeyPath(repository.name), content: repository.key, mode: '0644' },
    {
      path: `/etc/yum.repos.d/${repository.name}.repo`,
      content: repositoryText(repository),
      mode: '0644',
    },
  ]);

/** There before any package: scripts with network find it, and what a package makes of it stays. */
export const RESOLVER: RecipeFile = { path: '/etc/resolv.conf', content: '', mode: '0644' };

/** Belongs to a package, and says less there. */
export const HOSTS: RecipeFile = {
  path: '/etc/hosts',
  content: '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n',
  mode: '0644',
};

/** Step by step in the order of the recipe's members. */
const applyRecipe = async (work: Work, layer: Layer): Promise<void> => {
  const { target, recipe, resolved, repositoriesBelow, upper } = layer;
  const repositories = [...repositoriesBelow, ...recipe.repositories];
  const from = await fetchArchives(work, { target, repositories, packages: resolved.packages });
  await say(work.context, `Layer ${recipe.name}: ${from.files.length} packages`);
  const epoch = Math.max(releaseOf(target).epoch, from.epoch);
  const lower = await parentsOf(work, layer.lower);
  const tree: LayerTree = { lower, upper, epoch, arch: target.arch, env: RPM_SURROUNDINGS };
  const binds = packageBinds(from.folder);
  const isFirst = recipe.kind === 'bootstrap';
  if (isFirst) await bootstrap(work, { target, recipe, tree, files: from.files, binds });
  const before = [...(isFirst ? [RESOLVER] : []), ...repositoryFiles(recipe.repositories), ...recipe.seeds];
  await placeFiles(work, { tree, name: 'seeds', files: before });
  await installPackages(work, { recipe, resolved, tree, files: from.files, binds });
  if (isFirst) await placeFiles(work, { tree, name: 'foundation', files: [HOSTS] });
  await applyFiles(work, tree, recipe);
  await runScripts(work, tree, recipe);
  await settleInstallTimes(work, tree);
  await normalise(work, tree, NORMALISE);
};

/** Makes one layer. */
export const buildLayer =
  (options: RpmToolchainOptions): Toolchain['build'] =>
  async (layer, context) => {
    await chmod(layer.upper, 0o755);
    await inOwnFolder(`Layer ${layer.recipe.name}`, context, (own) =>
      applyRecipe({ options, context: own }, layer),
    );
  };
