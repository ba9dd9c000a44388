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

describe('with indexes of the repository from an earlier reading', () => {
  const reading = async (output: string) => (await untrusted('Reading', output, told(primary(KEY))))?.message;

  it('a signature of another key is told, though apt only fails to fetch then', async () => {
    const reason =
      "The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 7D553891E9ECB57E";
    const output = ['noble', 'noble-updates'].map((suite) =>
      [
        `Err:1 ${MIRROR} ${suite} InRelease`,
        `  ${reason}`,
        `W: An error occurred during the signature verification. The repository is not updated and the previous index files will be used. GPG error: ${MIRROR} ${suite} InRelease: ${reason}`,
        `E: Failed to fetch ${MIRROR}/dists/${suite}/InRelease  ${reason}`,
        'E: Some index files failed to download. They have been ignored, or old ones used instead.\n',
      ].join('\n'),
    );
    expect(await reading(output.join(''))).toBe(
      `Reading: ${MIRROR} (noble, noble-updates) is not signed by its pinned key.\nExpected: a signature by ${KEY} (the told key).\nFound: a signature by 7D553891E9ECB57E.\nTell another key.`,
    );
  });

  it('a signature that has gone is told', async () => {
    const output = `Ign:7 ${MIRROR} noble Release.gpg\nReading package lists...\nE: The repository '${MIRROR} noble Release' is no longer signed.\n`;
    expect(await reading(output)).toContain(`${MIRROR} (noble) is not signed by its pinned key.`);
    expect(await reading(output)).toContain('\nFound: no signature.\n');
  });
});

it('a repository is told apart from others that are refused with it', async () => {
  const output = `E: The repository 'http://e.example s Release' is not signed.\n${refusal('NO_PUBKEY 7D553891E9ECB57E')}`;
  const message = (await untrusted('Reading', output, told(primary(KEY))))?.message;
  expect(message).toContain('http://e.example (s) is not signed');
  expect(message).toContain(`${KEY} (the key of e)`);
  expect(message).toContain('Found: no signature.');
});

describe('what could not be read as signed is told in the words of apt', () => {
  const unread = (uri: string, reason: string): string =>
    `Err:1 ${uri} noble InRelease\n  ${reason}\nE: The repository '${uri} noble InRelease' is not signed.\n`;
  const NOSPLIT = "Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)";
  const found = async (output: string) =>
    /^Found: .*$/m.exec((await untrusted('Reading', output, told(primary(KEY))))?.message ?? '')?.[0];

  it.each([
    ['a page in its place', NOSPLIT],
    [
      'no room for its parts',
      'Splitting up /run/apt/lists/partial/m.example_InRelease into data and signature failed',
    ],
  ])('when there is %s', async (_, reason) => {
    expect(await found(unread(MIRROR, reason))).toBe(`Found: ${reason}.`);
  });

  it('but not for a release that was read and has no signature', async () => {
    const output = [
      `Ign:1 ${MIRROR} noble InRelease`,
      '  404  Not Found [IP: 192.0.2.1 80]',
      `Ign:3 ${MIRROR} noble Release.gpg`,
      '  404  Not Found [IP: 192.0.2.1 80]',
      `E: The repository '${MIRROR} noble Release' is not signed.`,
      `Err:4 ${MIRROR} noble-updates InRelease`,
      '  Could not connect to m.example:80\n',
    ].join('\n');
    expect(await found(output)).toBe('Found: no signature.');
  });

  it('and not of another repository', async () => {
    const unsigned = `E: The repository '${MIRROR} noble Release' is not signed.\n`;
    for (const uri of ['http://e.example', `${MIRROR}-ports`])
      for (const reason of [NOSPLIT, 'NO_PUBKEY 7D553891E9ECB57E'])
        expect(await found(`${unsigned}${unread(uri, reason)}`)).toBe('Found: no signature.');
  });
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
