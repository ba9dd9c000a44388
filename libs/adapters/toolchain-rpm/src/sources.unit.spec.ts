import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RPM_RELEASES } from './releases.js';
import { addressOf, ownKey, ownSources } from './sources.js';

const target = (distribution: string, release: string) => ({
  distribution,
  release,
  arch: 'aarch64' as const,
});

it('asks the distribution for mirrors, each for the architecture', () =>
  expect(ownSources(target('fedora', '43'))).toStrictEqual([
    { id: 'fedora', metalink: 'https://mirrors.fedoraproject.org/metalink?repo=fedora-43&arch=aarch64' },
    {
      id: 'updates',
      metalink: 'https://mirrors.fedoraproject.org/metalink?repo=updates-released-f43&arch=aarch64',
    },
  ]));
it('takes the mirror that is told for the release before the one for its distribution', () => {
  const told = { centos: { main: 'http://all' }, 'centos 10': { main: 'http://ten/x/' } };
  expect(ownSources(target('centos', '10'), told)).toStrictEqual([
    { id: 'baseos', baseurl: 'http://ten/x/10-stream/BaseOS/aarch64/os/' },
    { id: 'appstream', baseurl: 'http://ten/x/10-stream/AppStream/aarch64/os/' },
  ]);
  expect(ownSources(target('centos', '9'), told)[0]).toMatchObject({
    baseurl: 'http://all/9-stream/BaseOS/aarch64/os/',
  });
});
it('finds an extra repository at its address, or at a folder below', () => {
  const repository = { name: 'x', uri: 'https://h.invalid/rpm', components: [], key: '' };
  expect(addressOf({ ...repository, suite: './' })).toBe('https://h.invalid/rpm/');
  expect(addressOf({ ...repository, suite: 'el9/stable/' })).toBe('https://h.invalid/rpm/el9/stable/');
});

const KEYS = fileURLToPath(new URL('../assets/keys/', import.meta.url));

it('ships exactly the keys of its releases', async () => {
  const named = RPM_RELEASES.flatMap(({ key }) => (key === undefined ? [] : [key]));
  expect(readdirSync(KEYS).sort()).toStrictEqual([...new Set(named)].sort());
  expect(await ownKey(target('fedora', '43'))).toContain('BEGIN PGP PUBLIC KEY BLOCK');
});
