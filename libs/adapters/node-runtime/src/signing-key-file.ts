import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault, type SigningKey } from '@gild/ports';
import { ed25519Key } from './ed25519.js';
import { syncPath } from './sync-path.js';
import { systemCode } from './system-error.js';

// What others may not do with it. A group may read it: mounted secrets belong to the group of the process.
const NOT_FOR_OTHERS = 0o037;

/**
 * The Ed25519 key in a PEM file (PKCS #8); undefined when there is no such file.
 * Fault: SETTINGS_INVALID when it holds no such key or others may read it.
 */
export const signingKeyFile = async (path: string): Promise<SigningKey | undefined> => {
  const pem = await readPrivately(path);
  return pem === undefined ? undefined : ed25519Key(privateKeyOf(pem, path));
};

/** Makes the file for its owner alone, with its folder, unless it is there; it is there whole or not at all. */
export const makeSigningKeyFile = async (path: string): Promise<void> => {
  if (await isThere(path)) return;
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncPath(dirname(folder));
  const temporary = `${path}.${randomUUID()}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await file.sync();
    await link(temporary, path).catch(unlessThere);
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
  await syncPath(folder);
};

/** Puts the key of one file in the place of another's, which is gone then; nothing happens where that was done before. */
export const takeSigningKeyFile = async (next: string, path: string): Promise<void> => {
  await rename(next, path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  await syncPath(dirname(path));
};

/** What cannot be looked at is left to what makes or reads it, which says why. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const unlessThere = (error: unknown): void => {
  if (systemCode(error) !== 'EEXIST') throw error;
};

const readPrivately = async (path: string): Promise<string | undefined> => {
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw invalid(`the signing key ${path} cannot be read: ${systemCode(cause)}`, cause);
  });
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if ((mode & NOT_FOR_OTHERS) !== 0)
      throw invalid(
        `the signing key ${path} has mode ${(mode & 0o777).toString(8)}, expected 600: others could sign with it; replace it if they may have`,
      );
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

const privateKeyOf = (pem: string, path: string): KeyObject => {
  const expected = `expected an Ed25519 private key in PEM (PKCS #8) in ${path}`;
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw invalid(`${expected}, found none`); // what OpenSSL says may hold a part of it
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw invalid(`${expected}, found a key of type ${String(key.asymmetricKeyType)}`);
  return key;
};

const invalid = (message: string, cause?: unknown): Fault =>
  new Fault('SETTINGS_INVALID', message, { cause });
