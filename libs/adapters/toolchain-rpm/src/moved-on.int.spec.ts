import type { ResolvedLayer } from '@gild/contracts';
import { FEDORA_43, rpmMirror, type TestPackage } from '@gild/testing';
import { dnfWorkspace } from './dnf-workspace.js';
import { renderState, type PresentPackage } from './package-state.js';
import {
  context,
  fault,
  home,
  LIMIT_MS,
  log,
  optionsOf,
  recipe,
  sandbox,
  target,
  toolchainOf,
} from './toolchain-under-test.spec.js';

const mirror = await rpmMirror();
const toolchain = toolchainOf(mirror);

const at = (version: string, one: Omit<TestPackage, 'version'>): TestPackage => ({ ...one, version });
const LIB = { name: 'lib', files: { '/usr/lib/lib': '' } };
const PUBLISHED: readonly TestPackage[] = [
  at('2-1', LIB),
  at('2-1', { name: 'lib-tool', requires: ['lib = 2-1'], files: { '/usr/bin/lib-tool': '' } }),
  at('2-1', { name: 'lib-dev', requires: ['lib = 2-1'], files: { '/usr/include/lib': '' } }),
  ...['1-1', '2-1'].map((version) => at(version, { name: 'still', files: { '/usr/bin/still': '' } })),
  at('2-1', { name: 'ahead', files: { '/usr/bin/ahead': '' } }),
];

const below = (...packages: string[]): PresentPackage[] =>
  packages.map((one) => {
    const [name = '', version = ''] = one.split(' ');
    return { name, version, arch: 'noarch' };
  });

const resolveOn = async (installed: PresentPackage[], wanted: string): Promise<ResolvedLayer | undefined> => {
  const base = { packageState: renderState(installed), repositories: [] };
  const layer = recipe('more', { packages: [wanted] });
  return (await toolchain.resolve(target, [layer], { ...(await context()), base }))[0];
};
const described = (layer: ResolvedLayer | undefined) =>
  layer?.packages.map(({ name, version }) => `${name} ${version}`);

beforeAll(() => mirror.hold({ packages: PUBLISHED, folders: FEDORA_43.folders }), LIMIT_MS);

afterAll(async () => {
  mirror.close();
  await sandbox.remove(home);
}, LIMIT_MS);

describe('on packages that repositories hold no more', () => {
  it(
    'takes their newer versions along, of all of them, and leaves the others as they are',
    async () => {
      const installed = below('lib 1-1', 'lib-tool 1-1', 'still 1-1');
      expect(described(await resolveOn(installed, 'lib-dev'))).toStrictEqual([
        'lib 2-1',
        'lib-dev 2-1',
        'lib-tool 2-1',
      ]);
    },
    LIMIT_MS,
  );
  it(
    'never goes past a pin',
    async () => {
      const options = optionsOf(mirror);
      const dnf = await dnfWorkspace({ options, context: await context() }, { target, repositories: [] });
      const asked = { action: 'resolve' as const, packages: ['lib-dev'], upgrade: false, replaced: [] };
      await dnf.refresh(0);
      const error = await fault(
        dnf.ask('Choosing', { ...asked, installed: below('lib 1-1'), pinned: ['lib'] }),
      );
      expect([error.code, error.message]).toStrictEqual([
        'VERSION_NOT_FOUND',
        'Choosing: no repository holds any more what the layers below pin: lib 1-1 (there is 2-1). Pin a version there is, or name a mirror that keeps this one.',
      ]);
    },
    LIMIT_MS,
  );
  it(
    'never goes back to an older version',
    async () => {
      const error = await fault(resolveOn(below('ahead 3-1', 'still 1-1'), 'lib'));
      expect([error.code, error.message]).toStrictEqual([
        'VERSION_NOT_FOUND',
        'Choosing the packages of layer more: the repositories lag behind the layers below: ahead 3-1 (there is 2-1). Try again once the mirror has caught up, or name another one.',
      ]);
    },
    LIMIT_MS,
  );
  it(
    'leaves what never came from a repository, and says so',
    async () => {
      log.text = '';
      expect(described(await resolveOn(below('theirs 1-1', 'still 1-1'), 'lib'))).toStrictEqual(['lib 2-1']);
      expect(log.text).toContain('In no repository, so kept, and not known what they need: theirs 1-1\n');
    },
    LIMIT_MS,
  );
});
