import { publicKeyProblem } from './openssh-public-key.js';

// Made for these tests by ssh-keygen; their private halves were thrown away.
const KEYS = {
  ed25519: [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII5HnCGORLRNs2x+xxikVTAB/cr7nxafCERdf3GZQcMB ops@examp',
    'le',
  ].join(''),
  rsa: [
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDsqi1lxuxL5N1YDhzoVovx9rb4aMuLNlqgPZE3RXYKWv07vzCUSa',
    'Me7nH5amEX8M5Ae6Yh938KWFa2VMo6Q/rFscIPa3/kZ7vgrCtbJ1Ige/QttJeNj2M7PauWN7bVgwvhaPFZ4yTJMaQ5',
    'dgiqpogIAkTxLyRY414VkC4V/jKy4Zmd2fXeQ7EMPt8lSrp/NXjwsd0m0Dq+U2L8+3YSrVgooz987C6QTNk4VFg9Xa',
    'ymW/cKXjXc59ZfBRhaOxduiKfJkaHf33X677WBkbTobo3RvgaRr1oEACZOdywsatXY+/nINLu4iEszib9K21RuZUZo',
    'sm3nNNN/i6UReRQYSLSv ops@example',
  ].join(''),
  nistp256: [
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBG/mp3QlH3dKa49Lxb',
    'PgOyaG2KkpB+p9DLO6QCfwN0gz4W6VtYkYQ+HB+mIL4QZvz0o2rYE6N6dFYuNuxfkuv5Q= ops@example',
  ].join(''),
  nistp384: [
    'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBH6Bw7CKcZV3VO1gPa',
    'NzYcpQw0IJAZbTd5a8W2yyc8i6BKINj0TPSAjBOe695FOIFDWgnHHwv3sC369bg9AAQNwYyZgAhmIeiWi2kYGwOa2s',
    'OcGCpdGyXRifaqdtlHlICA== ops@example',
  ].join(''),
  nistp521: [
    'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAE6x7rzYLDGJCqIbF',
    'vNNts/Z8tixU+/gwjeAExs9c0B6da7odqiJSBFKMGdyc5NTdInggsRzvn/q144upCLscjwtwHgQPn2D0C0jRCIAYMi',
    'iTA4EKWgLKSvDl7su1iPGuzHAbXQMHCyn8eem4dJrehSt+n0Ajo24HSKoiOC20b57RWQ0g== ops@example',
  ].join(''),
};

const blob = (...parts: readonly (string | Buffer)[]): string =>
  Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  ).toString('base64');

const bytes = (length: number, fill = 7) => Buffer.alloc(length, fill);

describe('an OpenSSH public key', () => {
  it.each(Object.entries(KEYS))('of type %s is sound, with and without a comment', (_, line) => {
    expect(publicKeyProblem(line)).toBeUndefined();
    expect(publicKeyProblem(line.split(' ').slice(0, 2).join(' '))).toBeUndefined();
  });

  it('made for a security key is sound', () => {
    const ed25519 = 'sk-ssh-ed25519@openssh.com';
    expect(publicKeyProblem(`${ed25519} ${blob(ed25519, bytes(32), 'ssh:')}`)).toBeUndefined();
    const ecdsa = 'sk-ecdsa-sha2-nistp256@openssh.com';
    expect(publicKeyProblem(`${ecdsa} ${blob(ecdsa, 'nistp256', bytes(65, 4), 'ssh:')}`)).toBeUndefined();
  });

  it.each([
    [
      'says one type and holds another',
      KEYS.ed25519.replace('ssh-ed25519', 'ssh-rsa'),
      'a key that says ssh-rsa but holds "ssh-ed25519"',
    ],
    ['is not base64', 'ssh-ed25519 AAAA*', 'a key whose data is not base64'],
    ['lost its padding', KEYS.nistp256.replace('= ops', ' ops'), 'a key whose data is not base64'],
    [
      'is cut off inside a part',
      `ssh-ed25519 ${blob('ssh-ed25519', bytes(32)).slice(0, 40)}`,
      'a key that is cut off',
    ],
    [
      'has bytes left over',
      `ssh-ed25519 ${blob('ssh-ed25519', bytes(32), 'x')}`,
      'a key that is cut off or has too many parts',
    ],
    [
      'has a length of 31 bytes',
      `ssh-ed25519 ${blob('ssh-ed25519', bytes(31))}`,
      'an Ed25519 key of 31 bytes in place of 32',
    ],
    [
      'is an RSA key of 512 bits',
      `ssh-rsa ${blob('ssh-rsa', bytes(3), bytes(64, 0x80))}`,
      'an RSA key of 512 bits, fewer than 1024',
    ],
    [
      'is an RSA key without exponent',
      `ssh-rsa ${blob('ssh-rsa', bytes(1, 0), bytes(256, 0x80))}`,
      'an RSA key without an exponent',
    ],
    [
      'names another curve',
      `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp384', bytes(65, 4))}`,
      'an ECDSA key that names another curve than nistp256',
    ],
    [
      'holds a point of another curve',
      `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp256', bytes(97, 4))}`,
      'an ECDSA key whose point is not one of nistp256',
    ],
    ['is only a type', 'ssh-ed25519', 'a key type without a key'],
    ['is of an unknown type', 'ssh-foo AAAA', 'an unknown key type'],
    ['is named like a member of every object', 'constructor AAAA', 'an unknown key type'],
    ['is a DSA key', 'ssh-dss AAAAB3NzaC1kc3M=', 'a DSA key, which OpenSSH no longer accepts'],
    ['is a certificate', 'ssh-ed25519-cert-v01@openssh.com AAAA', 'a certificate in place of a key'],
    ['has options in front', `no-pty ${KEYS.ed25519}`, 'options in front of the key'],
    ['is followed by a second line', `${KEYS.ed25519}\n${KEYS.rsa}`, 'more than one line'],
    ['is blank', '  ', 'an empty text'],
  ])('that %s is refused', (_, line, found) => expect(publicKeyProblem(line)).toBe(found));

  it('that is a private key is refused without repeating any of it', () =>
    expect(
      publicKeyProblem('-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----'),
    ).toBe('a private key, which must never leave its owner: take it out and replace it'));
});
