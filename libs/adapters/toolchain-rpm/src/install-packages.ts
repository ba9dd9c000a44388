import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import { runStep, say, type LayerTree } from '@gild/layer-steps';
import { Fault, type Bind } from '@gild/ports';
import { installedPackages } from './installed.js';
import { installFailure } from './problems.js';
import type { Work } from './toolchain-options.js';

/**
 * Run in the image. Signatures and digests were checked on the host. What the running kernel has mounted is not the package's to
 * change. Words: the packages to be replaced, all in one, then the files of those to install. A kernel is put where a disk boots it from, and gets an initramfs for every machine; what is left of one that is gone
 * goes too.
 */
export const INSTALL = `set -eu
cd /run/rpm/packages
removed=$1
shift
[ -z "$removed" ] || rpm --define '_netsharedpath /dev:/proc:/sys' --erase --nodeps -- $removed
[ $# -eq 0 ] || rpm --define '_netsharedpath /dev:/proc:/sys' --upgrade --verbose --oldpackage --nosignature -- "$@"
for kernel in /boot/vmlinuz-*; do
  version=\${kernel#/boot/vmlinuz-}
  if [ -f "$kernel" ] && [ ! -e "/lib/modules/$version/vmlinuz" ]; then rm -f "$kernel" "/boot/initramfs-$version.img"; fi
done
for folder in /lib/modules/*; do
  version=\${folder##*/}
  if [ ! -f "$folder/vmlinuz" ] || [ -e "/boot/initramfs-$version.img" ]; then continue; fi
  echo "Making an initramfs for $version"
  cp "$folder/vmlinuz" "/boot/vmlinuz-$version"
  depmod "$version"
  dracut --force --quiet --no-hostonly --reproducible --kver "$version" "/boot/initramfs-$version.img"
done
`;

/** The plan named these packages; a layer with others must never get its key. */
const verify = async (
  { options, context }: Work,
  tree: LayerTree,
  { resolved, recipe }: { resolved: ResolvedLayer; recipe: LayerRecipe },
): Promise<void> => {
  const seen = { arch: tree.arch, lower: [...tree.lower, tree.upper] };
  const found = await installedPackages(options.sandbox, seen, context);
  const present = new Set(found.map(({ name, version, arch }) => `${name} ${version} ${arch}`));
  const absent = resolved.packages
    .map(({ name, version, arch }) => `${name} ${version} ${arch}`)
    .filter((one) => !present.has(one));
  const left = found.filter(({ name }) => resolved.removed?.includes(name)).map(({ name }) => `no ${name}`);
  const wrong = [...absent, ...left];
  if (wrong.length === 0) return;
  throw new Fault(
    'PACKAGE_FAILED',
    `Layer ${recipe.name} was to have ${wrong.join(', ')}, but its package database does not say so.`,
  );
};

/** Lets the image's own rpm install the layer's packages, all in one transaction and without network. */
export const installPackages = async (
  work: Work,
  layer: {
    recipe: LayerRecipe;
    resolved: ResolvedLayer;
    tree: LayerTree;
    files: readonly string[];
    binds: readonly Bind[];
  },
): Promise<void> => {
  const { recipe, resolved, tree, files, binds } = layer;
  const removed = resolved.removed ?? [];
  if (files.length === 0 && removed.length === 0) return;
  await say(work.context, `Installing the packages of layer ${recipe.name}`);
  const argv = ['/bin/sh', '-c', INSTALL, 'install', removed.join(' '), ...files];
  const { exitCode, output } = await runStep(work, tree, { argv, binds });
  if (exitCode !== 0) throw installFailure(recipe.name, output);
  await verify(work, tree, layer);
};
