import type { ExtraRepository, RecipeFile } from '@gild/contracts';
import {
  type BuiltLayer,
  layerMaker,
  type LayerTree,
  placeFiles,
  say,
  wantedPackages,
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

const packages = async (work: Work, layer: BuiltLayer) => {
  const { target, recipe, resolved } = layer;
  const { folder, files, epoch } = await fetchArchives(work, wantedPackages(layer));
  await say(work.context, `Layer ${recipe.name}: ${files.length} packages`);
  const binds = packageBinds(folder);
  const isFirst = recipe.kind === 'bootstrap';
  const install = async (tree: LayerTree): Promise<void> => {
    if (isFirst) await bootstrap(work, { target, recipe, tree, files, binds });
    const before = [...(isFirst ? [RESOLVER] : []), ...repositoryFiles(recipe.repositories), ...recipe.seeds];
    await placeFiles(work, { tree, name: 'seeds', files: before });
    await installPackages(work, { recipe, resolved, tree, files, binds });
    if (isFirst) await placeFiles(work, { tree, name: 'foundation', files: [HOSTS] });
  };
  return { epoch: Math.max(releaseOf(target).epoch, epoch), install };
};

/** Makes one layer. */
export const buildLayer = (options: RpmToolchainOptions): Toolchain['build'] =>
  layerMaker(options, {
    env: RPM_SURROUNDINGS,
    packages,
    settle: settleInstallTimes,
    normalisation: NORMALISE,
  });
