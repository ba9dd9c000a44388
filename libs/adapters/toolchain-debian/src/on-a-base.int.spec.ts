import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import { layerArchiver } from '@gild/sandbox-linux';
import {
  BASE,
  context,
  folder,
  home,
  LIMIT_MS,
  log,
  newFolder,
  recipe,
  resolve,
  sandbox,
  target,
  toolchain,
} from './toolchain-under-test.spec.js';

const archiver = layerArchiver(sandbox);
const TOOLS = recipe('tools', { packages: ['redis-tools'] });
const PROXY = recipe('proxy', {
  packages: ['tinyproxy-bin'],
  files: [{ path: '/etc/a', content: 'a', mode: '0644' }],
});

let base = '';
let packageState = '';

const make = async (recipe: LayerRecipe, resolved: ResolvedLayer, lower: readonly string[]) => {
  const upper = await newFolder('upper');
  await toolchain.build({ target, recipe, resolved, repositoriesBelow: [], lower, upper }, await context());
  return upper;
};
const digestOf = async (tree: string) => {
  const path = join(await newFolder('packed'), 'layer');
  return (await archiver.pack(tree, path, new AbortController().signal)).sha256;
};
const onBase = async (...layers: LayerRecipe[]) =>
  toolchain.resolve(target, layers, { ...(await context()), base: { packageState, repositories: [] } });

beforeAll(async () => {
  base = await folder('base');
  const [resolved = { packages: [] }] = await resolve(BASE);
  await toolchain.build(
    { target, recipe: BASE, resolved, repositoriesBelow: [], lower: [], upper: base },
    await context(),
  );
  packageState = await toolchain.packageState(target, [base], await context());
}, LIMIT_MS);

afterAll(() => sandbox.remove(home), LIMIT_MS);

it(
  'resolves on what a base really has installed as on the layers it was made of',
  async () => {
    const [, ...inOneBuild] = await resolve(BASE, TOOLS, PROXY);
    expect(await onBase(TOOLS, PROXY)).toStrictEqual(inOneBuild);
    expect(inOneBuild[0]?.packages.map(({ name }) => name)).toContain('redis-tools');
    expect((await onBase(recipe('same', { packages: ['bash'] })))[0]?.packages).toStrictEqual([]);
  },
  LIMIT_MS,
);

it(
  'removes from a base what a layer replaces, as from the layers it was made of',
  async () => {
    const awk = recipe('awk', { packages: ['original-awk'], replaces: ['mawk'] });
    const [, inOneBuild] = await resolve(BASE, awk);
    expect(inOneBuild?.removed).toStrictEqual(['mawk']);
    expect(await onBase(awk)).toStrictEqual([inOneBuild]);
  },
  LIMIT_MS,
);

it(
  'upgrades what is older on the base it is for, and not on another',
  async () => {
    const older = packageState.replace(/^(Package: bash\n(?:.+\n)*?Version: ).*$/m, '$11.0-1');
    expect(older).not.toBe(packageState);
    const upgrade = recipe('update_packages', { upgrade: true });
    const upgradedOn = async (state: string) => {
      const [found] = await toolchain.resolve(target, [upgrade], {
        ...(await context()),
        base: { packageState: state, repositories: [] },
      });
      return found?.packages.map(({ name }) => name);
    };
    expect(await upgradedOn(packageState)).not.toContain('bash');
    expect(await upgradedOn(older)).toContain('bash');
  },
  LIMIT_MS,
);

it(
  'makes the same bytes from what was fetched ahead, for several layers at once, and then downloads nothing',
  async () => {
    const [tools = { packages: [] }, proxy = { packages: [] }] = await onBase(TOOLS, PROXY);
    const fetching = async (recipe: LayerRecipe, resolved: ResolvedLayer) => {
      const work = await context();
      await toolchain.fetch({ target, recipe, resolved, repositoriesBelow: [] }, work);
      expect(await readdir(work.workDir)).toStrictEqual([]);
    };
    await Promise.all([fetching(TOOLS, tools), fetching(PROXY, proxy)]);
    log.text = '';
    const ahead = [await make(TOOLS, tools, [base])];
    ahead.push(await make(PROXY, proxy, [base, ...ahead]));
    expect(log.text).toContain('packages are in the cache');
    expect(log.text).not.toContain('Downloading');
    await sandbox.remove(join(home, 'cache'));
    await folder('cache');
    const serial = [await make(TOOLS, tools, [base])];
    serial.push(await make(PROXY, proxy, [base, ...serial]));
    expect(log.text).toContain('Downloading');
    expect(await Promise.all(ahead.map(digestOf))).toStrictEqual(await Promise.all(serial.map(digestOf)));
  },
  3 * LIMIT_MS,
);
