import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import { type LayerTree, runStep, say } from '@gild/layer-steps';
import { Fault, type Bind } from '@gild/ports';
import { installFailure } from './failures.js';
import { packageDatabase, parseInstalled } from './installed.js';
import type { Work } from './toolchain-options.js';

/** Denies every start of a service for as long as packages are installed, and is gone afterwards. */
export const DENY_SERVICES = `policy=/usr/sbin/policy-rc.d
printf '#!/bin/sh\\nexit 101\\n' >$policy
chmod 755 $policy
trap 'rm -f $policy' EXIT
`;

/**
 * Packages ask for a new initramfs many times over, and each takes long to make. They only leave word; one is made for
 * every kernel when all packages are in place.
 */
export const LATER = `#!/bin/sh
touch /run/apt/initramfs-wanted
`;

/** Of the thousands of files that are added some are named, so that nobody takes one that is slow for one that hangs. */
const MAKE_INITRAMFS = `make_initramfs() {
  { update-initramfs -v "$@" 2>&1 || echo failed >/run/apt/initramfs-failed; } | sed -u -e '1~250b' -e '/^Adding /d'
  if [ -e /run/apt/initramfs-failed ]; then exit 1; fi
}
if [ -e /run/apt/initramfs-wanted ]; then
  for kernel in /boot/vmlinuz-*; do
    version=\${kernel#/boot/vmlinuz-}
    if [ ! -f "$kernel" ]; then continue; fi
    if [ -e "/boot/initrd.img-$version" ]; then make_initramfs -u -k "$version"; else make_initramfs -c -k "$version"; fi
  done
fi
`;

export const INSTALL = `set -eu
${DENY_SERVICES}
mkdir -p /run/apt/lists/partial /run/apt/cache/archives/partial /run/apt/log
export APT_CONFIG=/run/apt/repository/apt.conf
apt-get update -qq
apt-get -q --no-remove "$@"
${MAKE_INITRAMFS}`;

/** Names as apt takes them: with the resolved version where this layer installs the package itself. */
export const requestedNames = (packages: readonly string[], resolved: ResolvedLayer): string[] =>
  packages.map((requested) => {
    const name = requested.split('=')[0] ?? requested;
    const found = resolved.packages.find((one) => one.name === name);
    return found ? `${name}=${found.version}` : name;
  });

/** The plan named these packages; a layer with others must never get its key. */
const verify = async (upper: string, resolved: ResolvedLayer, layer: string): Promise<void> => {
  const text = (await packageDatabase(upper)) ?? '';
  const present = new Set(parseInstalled(text).map(({ name, version }) => `${name} ${version}`));
  const absent = resolved.packages.filter(({ name, version }) => !present.has(`${name} ${version}`));
  if (absent.length === 0) return;
  const names = absent.map(({ name, version }) => `${name} ${version}`).join(', ');
  throw new Fault(
    'PACKAGE_FAILED',
    `Layer ${layer} was to have ${names}, but its package database does not say so.`,
  );
};

/** Lets the image's own apt install from the local repository, without network. */
export const installPackages = async (
  work: Work,
  layer: { recipe: LayerRecipe; resolved: ResolvedLayer; tree: LayerTree; binds: readonly Bind[] },
): Promise<void> => {
  const { recipe, resolved, tree, binds } = layer;
  if (resolved.packages.length === 0 && recipe.packages.length === 0) return;
  await say(work.context, `Installing the packages of layer ${recipe.name}`);
  const verb = recipe.upgrade && recipe.kind === 'change' ? 'dist-upgrade' : 'install';
  const removed = resolved.removed ?? [];
  const argv = [
    '/bin/sh',
    '-c',
    INSTALL,
    'install',
    ...(removed.length > 0 ? ['--remove', '--purge'] : []),
    verb,
    '--',
    ...requestedNames(recipe.packages, resolved),
    ...removed.map((name) => `${name}-`),
  ];
  const { exitCode, output } = await runStep(work, tree, { argv, binds });
  if (exitCode !== 0) throw installFailure(recipe.name, output);
  await verify(tree.upper, resolved, recipe.name);
};
