import {
  changeRecipe,
  type ExtraRepository,
  type LayerRecipe,
  type ResolvedLayer,
  type Target,
} from '@gild/contracts';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost, TEST_ARCH, toolchainHome } from '@gild/testing';
import { rpmToolchain } from './rpm-toolchain.js';
import type { RpmToolchainOptions } from './toolchain-options.js';

export { changeRecipe as recipe } from '@gild/contracts';
export { faultOf as fault } from '@gild/testing';

export const target: Target = { distribution: 'fedora', release: '43', arch: TEST_ARCH };
export const sandbox = linuxSandbox();

/** Builds on a machine that may be busy. */
export const LIMIT_MS = 120_000;

export const { home, log, context, folder, newFolder } = toolchainHome();

export const BASE = changeRecipe('base', { kind: 'bootstrap', packages: ['systemd'] });

/** Every index counts as old, so that what a test publishes is seen. */
export const optionsOf = ({ url: main, key }: { url: string; key: string }): RpmToolchainOptions => ({
  ...{ sandbox, clock: clockOfTheHost, indexAgeMs: 0 },
  mirrors: { fedora: { main, key }, centos: { main, key } },
});

export const toolchainOf = (mirror: { url: string; key: string }, parts: Partial<RpmToolchainOptions> = {}) =>
  rpmToolchain({ ...optionsOf(mirror), ...parts });

/** Builds one layer over others, and says where it is. */
export const buildOn = async (
  toolchain: ReturnType<typeof rpmToolchain>,
  layer: {
    recipe: LayerRecipe;
    resolved: ResolvedLayer | undefined;
    lower: readonly string[];
    repositoriesBelow?: readonly ExtraRepository[];
  },
): Promise<string> => {
  const upper = await newFolder('upper');
  const { resolved = { packages: [] }, repositoriesBelow = [] } = layer;
  await toolchain.build({ ...layer, target, resolved, repositoriesBelow, upper }, await context());
  return upper;
};

/** Everything of a tree but what names it: kind, mode, owner, time and content of every file. */
export const digestsOf = async (tree: string): Promise<string[]> => {
  let output = '';
  const script = `cd "$GILD_ROOT"; find . -mindepth 1 -printf '%P %y %m %U %G %T@ %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum`;
  const onOutput = (chunk: Uint8Array) => void (output += Buffer.from(chunk).toString());
  await sandbox.run({ argv: ['sh', '-ec', script], lower: [tree], root: 'host', onOutput });
  return output.split('\n');
};
