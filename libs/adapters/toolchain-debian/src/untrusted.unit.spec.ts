import { untrusted } from './untrusted.js';

const MIRROR = 'http://m.example/ubuntu';
const pinned = [
  { uri: `${MIRROR}/`, keyring: '/keys/told.asc', whose: 'the told key', remedy: 'Tell another key.' },
  { uri: 'http://e.example', keyring: '/keys/e.asc', whose: 'the key of e', remedy: 'Take e out.' },
];
const KEY = 'A'.repeat(40);
const primary = (fingerprint: string): string =>
  `pub:-:255:22:x:1:2::-:\nrvk:::1::::::${'B'.repeat(40)}:80:\nfpr:::::::::${fingerprint}:\n`;
const told = (listed: string) => ({ pinned, show: async () => listed });

const refusal = (reason: string): string =>
  `W: GPG error: ${MIRROR} noble InRelease: ${reason}\nE: The repository '${MIRROR} noble InRelease' is not signed.\n`;

it.each([
  ['of another key', 'NO_PUBKEY 7D553891E9ECB57E', 'a signature by 7D553891E9ECB57E'],
  [
    'that has expired',
    'EXPKEYSIG 7D553891E9ECB57E Ada',
    'a signature by 7D553891E9ECB57E, which has expired',
  ],
  [
    'that was revoked',
    'REVKEYSIG 7D553891E9ECB57E Ada',
    'a signature by 7D553891E9ECB57E, which was revoked',
  ],
  ['of something else', 'BADSIG 7D553891E9ECB57E Ada', 'a signature by 7D553891E9ECB57E of something else'],
])('a repository with a signature %s is told with the key it must have', async (_, reason, found) => {
  const fault = await untrusted('Reading', refusal(reason), told(primary(KEY)));
  expect([fault?.code, fault?.retryable]).toStrictEqual(['REPOSITORY_UNTRUSTED', false]);
  expect(fault?.message).toBe(
    `Reading: ${MIRROR} (noble) is not signed by its pinned key.\nExpected: a signature by ${KEY} (the told key).\nFound: ${found}.\nTell another key.`,
  );
});

it('a repository is told apart from others that are refused with it', async () => {
  const output = `E: The repository 'http://e.example s Release' is not signed.\n${refusal('NO_PUBKEY 7D553891E9ECB57E')}`;
  const message = (await untrusted('Reading', output, told(primary(KEY))))?.message;
  expect(message).toContain('http://e.example (s) is not signed');
  expect(message).toContain(`${KEY} (the key of e)`);
  expect(message).toContain('Found: no signature.');
});

it('keys are not named when there are none, or very many of them', async () => {
  const many = Array.from({ length: 8 }, (_, index) => primary(`${'A'.repeat(39)}${index}`)).join('');
  for (const listed of ['gpg: no valid OpenPGP data found.\n', many]) {
    const fault = await untrusted('Reading', refusal('NO_PUBKEY 7D553891E9ECB57E'), told(listed));
    expect(fault?.message).toContain('Expected: a signature by the told key.');
  }
});

it('what was not refused for its signature is left to others', async () => {
  const output = `E: Failed to fetch ${MIRROR}/dists/noble/InRelease  Could not connect to m.example:80`;
  expect(await untrusted('Reading', output, told(primary(KEY)))).toBeUndefined();
});
