import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEd25519 } from './ed25519.js';
import { makeSigningKeyFile, signingKeyFile } from './signing-key-file.js';

describe('the file of a signing key', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gild-key-'));
    path = join(folder, 'keys', 'signing.pem');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const bytes = new TextEncoder().encode('text');

  it('is made once, for its owner alone, though several want it at a time', async () => {
    await Promise.all([makeSigningKeyFile(path), makeSigningKeyFile(path), makeSigningKeyFile(path)]);
    const made = await readFile(path, 'utf8');
    await makeSigningKeyFile(path);
    expect(await readFile(path, 'utf8')).toBe(made);
    expect(await readdir(join(folder, 'keys'))).toStrictEqual(['signing.pem']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
  });

  it('that is there has nothing written beside it', async () => {
    await makeSigningKeyFile(path);
    await utimes(join(folder, 'keys'), 1, 1);
    await makeSigningKeyFile(path);
    expect((await stat(join(folder, 'keys'))).mtimeMs).toBe(1000);
  });

  it('signs the same bytes the same way, for the public key it has', async () => {
    await makeSigningKeyFile(path);
    const signer = await signingKeyFile(path);
    const again = await signingKeyFile(path);
    const signature = (await signer?.sign(bytes)) ?? new Uint8Array();
    expect(Buffer.from((await again?.sign(bytes)) ?? [])).toStrictEqual(Buffer.from(signature));
    const key = signer?.publicKey ?? new Uint8Array();
    expect([
      verifyEd25519(key, bytes, signature),
      verifyEd25519(key, bytes.slice(1), signature),
      verifyEd25519(key.slice(1), bytes, signature),
    ]).toStrictEqual([true, false, false]);
  });

  it('need not be there', async () => expect(await signingKeyFile(path)).toBeUndefined());

  it('is refused when others may read it', async () => {
    await makeSigningKeyFile(path);
    await chmod(path, 0o644);
    await expect(signingKeyFile(path)).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringContaining('has mode 644, expected 600'),
    });
  });

  it.each([
    ['text', () => 'secret words'],
    ['an RSA key', () => pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
    ['a public key', () => pemOf(generateKeyPairSync('ed25519').publicKey)],
  ])('is refused when it holds %s, without a word of it', async (_, content) => {
    const other = join(folder, 'other.pem');
    await writeFile(other, content(), { mode: 0o600 });
    const refused = await signingKeyFile(other).catch((error: unknown) => String(error));
    expect(refused).toContain(`expected an Ed25519 private key in PEM (PKCS #8) in ${other}, found`);
    expect(refused).not.toContain('secret words');
  });
});

const pemOf = (key: KeyObject): string | Buffer =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' });
