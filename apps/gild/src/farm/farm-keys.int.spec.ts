import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streams } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { makeSigningKeyFile, randomIds, signingKeyFile } from '@gild/node-runtime';
import { publicKeyPem } from '@gild/proof-domain';
import type { SigningKey } from '@gild/ports';
import { farmKeys, finishRotation } from './farm-keys.js';

const NAME = 'gild/local';

describe('the keys of a farm that keeps its own', () => {
  let folder: string;
  let path: string;
  const named = (key: SigningKey) => Promise.resolve({ ...key, name: NAME });
  const unreadable = (error: unknown): never => {
    throw error;
  };
  const pemIn = async (file: string): Promise<string> => {
    const signer = await signingKeyFile(file);
    return signer === undefined ? '' : publicKeyPem(signer.publicKey);
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gild-keys-'));
    path = join(folder, 'signing.pem');
    await makeSigningKeyFile(path);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are one file, for the owner alone; the one before is gone', async () => {
    const before = readFileSync(path, 'utf8');
    const keys = await farmKeys(path, named, unreadable);
    const next = await keys.rotation.next();
    expect((await keys.rotation.next()).publicKey).toStrictEqual(next.publicKey);
    expect(next.name).toBe(NAME);
    expect(keys.signer?.publicKey).not.toStrictEqual(next.publicKey);
    await keys.rotation.take();
    await keys.rotation.take();
    expect(keys.signer?.publicKey).toStrictEqual(next.publicKey);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([readFileSync(path, 'utf8') === before, existsSync(`${path}.next`)]).toStrictEqual([false, false]);
  });

  it('are the next ones after a crash, if that was recorded before', async () => {
    const store = memoryEventStore();
    await makeSigningKeyFile(`${path}.next`);
    const [old, next] = [await pemIn(path), await pemIn(`${path}.next`)];
    await finishRotation(path, { store, registryId: 'local' });
    expect(await pemIn(path)).toBe(old);
    const data = { keyId: 'b', publicKey: next, name: NAME, from: 'a', by: 'ada', signature: 'AA==' };
    const metadata = { time: 't', actor: 'ada', correlationId: 'c', causationId: 'c', schema: 1 };
    const event = { id: randomIds.uuid(), type: 'SigningKeyRotated', data, metadata };
    await store.append(streams.keys('local'), 'none', [event]);
    await finishRotation(path, { store, registryId: 'local' });
    await finishRotation(path, { store, registryId: 'local' });
    expect([await pemIn(path), existsSync(`${path}.next`)]).toStrictEqual([next, false]);
  });
});
