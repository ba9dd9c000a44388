import type { Target } from '@gild/contracts';
import { clockOfTheHost } from '@gild/testing';
import { rpmToolchain } from './rpm-toolchain.js';
import { BASE, context, home, newFolder, sandbox } from './toolchain-under-test.spec.js';

const PATIENCE_MS = 1_800_000;

/** `GILD_TEST_LIVE='fedora 43,centos 9'`: distributions whose own mirrors can be reached from here; others are not of this family. */
const live = (process.env['GILD_TEST_LIVE'] ?? '')
  .split(',')
  .map((name) => name.trim().split(/\s+/))
  .filter(
    ([distribution = '', , arch = 'x86_64']) =>
      ['fedora', 'centos'].includes(distribution) && arch === 'x86_64',
  )
  .map(([distribution = '', release = '']) => ({ distribution, release }));

afterAll(() => sandbox.remove(home), PATIENCE_MS);

if (live.length === 0)
  process.stderr.write('\nNOT TESTED: the mirrors of Fedora and CentOS; GILD_TEST_LIVE names none\n\n');

(live.length === 0 ? it.skip : it)(
  'makes the base of each distribution that can be reached, from its own mirrors and under its own key',
  async () => {
    for (const platform of live) {
      const target: Target = { ...platform, arch: 'x86_64' };
      const toolchain = rpmToolchain({ sandbox, clock: clockOfTheHost });
      const [resolved = { packages: [] }] = await toolchain.resolve(target, [BASE], await context());
      const upper = await newFolder('upper');
      const layer = { target, recipe: BASE, resolved, repositoriesBelow: [], lower: [], upper };
      await toolchain.build(layer, await context());
      const installed = await toolchain.installed(target, [upper], await context());
      expect(installed.map(({ name }) => name)).toStrictEqual(resolved.packages.map(({ name }) => name));
    }
  },
  PATIENCE_MS,
);
