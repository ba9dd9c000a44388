import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerRecipe, Target } from '@gild/contracts';
import type { Fault, WorkContext } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';

export const target: Target = { distribution: 'debian', release: '12', arch: 'x86_64' };
export const sandbox = linuxSandbox();
export const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost });

/** Downloads and builds on a machine that may be busy. */
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

export const BASE = recipe('base', { kind: 'bootstrap', packages: ['systemd-sysv'] });

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

export const resolve = async (...layers: LayerRecipe[]) => toolchain.resolve(target, layers, await context());
