import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerRecipe, Target } from '@gild/contracts';
import { layerArchiver, linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';

const target: Target = { distribution: 'debian', release: '12', arch: 'x86_64' };
const sandbox = linuxSandbox();
const archiver = layerArchiver(sandbox);
const { signal } = new AbortController();

const nothing = {
  repositories: [],
  upgrade: false,
  seeds: [],
  downloads: [],
  files: [],
  scripts: [],
  enable: [],
  disable: [],
};
const CLUSTER = {
  path: '/etc/postgresql-common/createcluster.d/none.conf',
  content: 'create_main_cluster = false\n',
  mode: '0644',
};
const LAYERS: readonly LayerRecipe[] = [
  {
    ...nothing,
    name: 'base',
    kind: 'bootstrap',
    packages: ['dbus', 'linux-image-amd64', 'openssh-server', 'systemd-sysv', 'zstd'],
  },
  { ...nothing, name: 'nginx', kind: 'change', packages: ['nginx'] },
  { ...nothing, name: 'postgresql', kind: 'change', packages: ['postgresql-15'], seeds: [CLUSTER] },
  { ...nothing, name: 'redis', kind: 'change', packages: ['redis-server'] },
];

/** Digests of all layers, made with caches of their own. */
const digests = async (home: string): Promise<string[]> => {
  const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost });
  const folder = async (name: string) => {
    await mkdir(join(home, name), { recursive: true });
    return join(home, name);
  };
  const context = {
    workDir: await folder('work'),
    cacheDir: await folder('cache'),
    log: () => undefined,
    signal,
    idleLimitMs: 300_000,
  };
  const resolved = await toolchain.resolve(target, LAYERS, context);
  const lower: string[] = [];
  const found: string[] = [];
  for (const [index, recipe] of LAYERS.entries()) {
    const upper = await folder(`layer-${recipe.name}`);
    await toolchain.build(
      { target, recipe, resolved: resolved[index] ?? { packages: [] }, lower, upper },
      context,
    );
    lower.push(upper);
    found.push(`${recipe.name} ${(await archiver.pack(upper, join(home, recipe.name), signal)).sha256}`);
  }
  return found;
};

it(
  'gives the same layers, byte for byte, from empty caches in other folders',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'gild-reproducible-'));
    await chmod(home, 0o755);
    try {
      const once = await digests(join(home, 'once'));
      await sandbox.remove(join(home, 'once'));
      expect(await digests(join(home, 'a second time'))).toStrictEqual(once);
    } finally {
      await sandbox.remove(home);
    }
  },
  20 * 60_000,
);
