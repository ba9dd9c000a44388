import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExtraRepository, LayerRecipe, ResolvedLayer, Target } from '@gild/contracts';
import type { Fault, WorkContext } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost } from '@gild/testing';
import { rpmToolchain } from './rpm-toolchain.js';
import type { RpmToolchainOptions } from './toolchain-options.js';

export const target: Target = { distribution: 'fedora', release: '43', arch: 'x86_64' };
export const sandbox = linuxSandbox();

/** Builds on a machine that may be busy. */
export const LIMIT_MS = 120_000;

/** Each spec has a folder of its own, with a cache of its own. */
export const home = await mkdtemp(join(tmpdir(), 'gild-toolchain-'));
await chmod(home, 0o755);
await mkdir(join(home, 'cache'));

/** What builds printed. */
export const log = { text: '' };

export const recipe = (name: string, parts: Partial<LayerRecipe>): LayerRecipe => ({
  name,
  kind: 'change',
  repositories: [],
  upgrade: false,
  packages: [],
  seeds: [],
  downloads: [],
  files: [],
  scripts: [],
  enable: [],
  disable: [],
  ...parts,
});

export const BASE = recipe('base', { kind: 'bootstrap', packages: ['systemd'] });

export const context = async (parts: Partial<WorkContext> = {}): Promise<WorkContext> => ({
  workDir: await mkdtemp(join(home, 'work-')),
  cacheDir: join(home, 'cache'),
  log: (chunk) => void (log.text += Buffer.from(chunk).toString()),
  signal: new AbortController().signal,
  idleLimitMs: 60_000,
  ...parts,
});

export const folder = async (name: string) => {
  await mkdir(join(home, name));
  return join(home, name);
};

export const fault = async (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => Promise.reject(new Error('it went well')),
    (error: Fault) => error,
  );

/** A toolchain that takes every index for old, so that what a test publishes is seen. */
export const toolchainOf = (
  mirror: { main: string; key: string },
  parts: Partial<RpmToolchainOptions> = {},
) => rpmToolchain({ sandbox, clock: clockOfTheHost, indexAgeMs: 0, mirrors: { fedora: mirror }, ...parts });

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
  const upper = await mkdtemp(join(home, 'upper-'));
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
