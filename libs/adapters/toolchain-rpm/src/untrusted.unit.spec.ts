import type { ExtraRepository } from '@gild/contracts';
import type { ToldMirrors } from '@gild/ports';
import { signersOf } from './signers.js';
import { type Refused, untrusted } from './untrusted.js';

const fedora = { distribution: 'fedora', release: '43', arch: 'x86_64' } as const;
const vendor: ExtraRepository = {
  ...{ name: 'vendor', uri: 'http://ada:secret@v.example/rpm', suite: './', components: [] },
  key: 'theirs',
};
const FINGERPRINT = `${'A'.repeat(24)}7D553891E9ECB57E`;
const listed = `pub:-:2048:1:7D553891E9ECB57E:1:::-:::scSC:\nfpr:::::::::${FINGERPRINT}:\n`;

const UNSIGNED = 'web.rpm:\n    Header RSA signature: NOTFOUND\n    MD5 digest: OK\n(none)\n(none)\n';
const signed = (state: string): string =>
  `web.rpm:\n    Header V4 RSA/SHA512 Signature, key ID e9ecb57e: ${state}\n` +
  'RSA/SHA512, Thu Nov 26 18:43:42 2026, Key ID 7d553891e9ecb57e\n(none)\n';

const message = async (
  refused: Partial<Refused>,
  {
    mirrors = {},
    repositories = [],
  }: { mirrors?: ToldMirrors; repositories?: readonly ExtraRepository[] } = {},
): Promise<string[]> => {
  const wanted = { name: 'web', version: '1.0-1', arch: 'noarch', sha256: '0'.repeat(64) };
  const whole = { wanted, origins: ['fedora'], said: UNSIGNED, others: 0, ...refused };
  const signers = await signersOf(fedora, mirrors, repositories);
  const fault = await untrusted(whole, signers, async ({ key }) => (key === 'theirs' ? '' : listed));
  expect([fault.code, fault.retryable]).toStrictEqual(['REPOSITORY_UNTRUSTED', false]);
  return fault.message.split('\n');
};

it('a package of the distribution is told with its key and with where another mirror is told', async () => {
  expect(await message({})).toStrictEqual([
    'Checking packages: web 1.0-1 from the mirrors that fedora names is not signed by its pinned key.',
    `Expected: a signature by ${FINGERPRINT} (the key of fedora 43 itself).`,
    'Found: no signature.',
    'Tell a mirror of your own as `main` in the row of fedora 43 under `mirrors` in agent.yaml, with its `key` where its packages are signed with another one.',
  ]);
});

it.each([
  ['of another key', 'NOKEY', 'a signature by 7D553891E9ECB57E'],
  [
    'of a key that is trusted no more',
    'NOTTRUSTED',
    'a signature by 7D553891E9ECB57E, which rpm does not trust',
  ],
  ['that does not fit', 'BAD', 'a signature by 7D553891E9ECB57E of something else'],
  ['of what the package was before', 'OK', 'a signature by 7D553891E9ECB57E of something else'],
])('a signature %s is told by the whole name of its key', async (_, state, found) => {
  expect(await message({ said: signed(state) })).toContain(`Found: ${found}.`);
});

it('others are counted', async () => {
  expect((await message({ others: 1 }))[0]).toMatch(/pinned key, nor is 1 other package\.$/);
  expect((await message({ others: 2 }))[0]).toMatch(/pinned key, nor are 2 other packages\.$/);
});

it('a package of no repository any more is told with all that it may be from, and without their passwords', async () => {
  const mirrors = { fedora: { main: 'http://ada:secret@m.example/fedora', key: 'told' } };
  expect(await message({ origins: [] }, { mirrors, repositories: [vendor] })).toStrictEqual([
    'Checking packages: web 1.0-1 from http://m.example/fedora/releases/43/Everything/x86_64/os/ or http://m.example/fedora/updates/43/Everything/x86_64/ or http://v.example/rpm/ is not signed by its pinned key.',
    `Expected: a signature by ${FINGERPRINT} (the key told in the row of fedora 43 under \`mirrors\` in agent.yaml) or a signature by the key that repository vendor of its taskserv has.`,
    'Found: no signature.',
    'If you trust who made the package, have it signed and tell the key as `key` in the row of fedora 43 under `mirrors` in agent.yaml; else tell another mirror.',
    'If you trust who made the package, have it signed and put the key into the taskserv; else take the repository out.',
  ]);
});
