import type { LayerRecipe, Target } from '@gild/contracts';
import { CENTOS_9, rpmMirror, TEST_ARCH } from '@gild/testing';
import {
  BASE,
  context,
  digestsOf,
  folder,
  home,
  LIMIT_MS,
  recipe,
  sandbox,
  toolchainOf,
} from './toolchain-under-test.spec.js';

const mirror = await rpmMirror();
const target: Target = { distribution: 'centos', release: '9', arch: TEST_ARCH };
const MORE = recipe('more', { packages: ['kmod'] });
const RPMS = ['usr/lib/sysimage/rpm/rpmdb.sqlite'];

afterAll(async () => {
  mirror.close();
  await sandbox.remove(home);
}, LIMIT_MS);

it(
  'makes the same layers twice where the rpm of the image takes the time from its clock',
  async () => {
    mirror.hold(CENTOS_9);
    const toolchain = toolchainOf(mirror);
    const resolved = await toolchain.resolve(target, [BASE, MORE], await context());
    const build = async (name: string) => {
      const lower: string[] = [];
      for (const [index, one] of ([BASE, MORE] as LayerRecipe[]).entries()) {
        const upper = await folder(`${name}-${index}`);
        const layer = {
          target,
          recipe: one,
          resolved: resolved[index] ?? { packages: [] },
          repositoriesBelow: [],
        };
        await toolchain.build({ ...layer, lower: [...lower], upper }, await context());
        lower.push(upper);
      }
      return lower;
    };
    const first = await build('first');
    const second = await build('second');
    for (const [index, layer] of first.entries()) {
      const digests = await digestsOf(layer);
      expect(digests.filter((line) => RPMS.some((path) => line.includes(path)))).toHaveLength(2);
      expect(await digestsOf(second[index] ?? '')).toStrictEqual(digests);
    }
    const installed = await toolchain.installed(target, first, await context());
    expect(installed.map(({ name }) => name)).toStrictEqual(expect.arrayContaining(['rpm', 'kmod']));
  },
  LIMIT_MS,
);
