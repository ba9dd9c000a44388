import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropOtherKey, restoreKey } from './backup-key.js';
import { writePrivately } from './backup-folder.js';

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const signedWith = (pem: string) => ({
  ...{
    name: 'gild/local',
    public_key: createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string,
  },
});

describe('the private key in a backup', () => {
  const [before, now] = [newKey(), newKey()];
  let folder: string;
  const inBackup = () => join(folder, 'signing.pem');
  const onHost = () => join(folder, 'host/signing.pem');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gild-backup-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is restored where it is the key on record, for its owner alone', async () => {
    writeFileSync(inBackup(), now);
    expect(await restoreKey(onHost(), folder, signedWith(now))).toBe('restored');
    expect([readFileSync(onHost(), 'utf8'), statSync(onHost()).mode & 0o777]).toStrictEqual([now, 0o600]);
    expect(await restoreKey(onHost(), folder, signedWith(now))).toBe('kept');
  });

  it.each([
    ['that was replaced since', before],
    ['that is none', 'torn'],
  ])('is not restored from a file %s', async (_, pem) => {
    writeFileSync(inBackup(), pem);
    expect(await restoreKey(onHost(), folder, signedWith(now))).toBe('other');
    expect(() => readFileSync(onHost())).toThrow('ENOENT');
  });

  it('is gone from it once it is not the key on record any more, and only then', async () => {
    writeFileSync(inBackup(), now);
    expect(await dropOtherKey(folder, signedWith(now))).toBe(false);
    expect(readFileSync(inBackup(), 'utf8')).toBe(now);
    writeFileSync(inBackup(), before);
    expect(await dropOtherKey(folder, signedWith(now))).toBe(true);
    expect(() => readFileSync(inBackup())).toThrow('ENOENT');
  });

  it('is written for its owner alone, whatever an interrupted run left', async () => {
    writeFileSync(`${inBackup()}.writing`, 'torn', { mode: 0o644 });
    await writePrivately(inBackup(), now);
    expect([readFileSync(inBackup(), 'utf8'), statSync(inBackup()).mode & 0o777]).toStrictEqual([now, 0o600]);
  });
});
