import { createPublicKey } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import type { Manifest } from '@gild/proof-application';
import { publicKeyPem } from '@gild/proof-domain';
import { Fault } from '@gild/ports';
import { backupFiles, writePrivately } from './backup-folder.js';
import type { TruthPlace } from './truth.js';

/** What became of the private key that signs. `other`: the backup holds one that is not the one on record, and none was restored. */
export type KeyRestored = 'restored' | 'kept' | 'other' | 'none';

type Signed = Manifest['signed'];

/** Fault: INVALID_REQUEST where there is none. */
export const copyKey = async ({ signingKey, name }: TruthPlace, folder: string): Promise<void> => {
  const pem = signingKey === undefined ? undefined : await ifPresent(readFile(signingKey, 'utf8'));
  if (pem === undefined)
    throw new Fault(
      'INVALID_REQUEST',
      `--with-keys: ${name} has no signing key here (${signingKey ?? 'GILD_SIGNING_KEY is not set'}); everything else is backed up`,
    );
  await writePrivately(backupFiles(folder).privateKey, pem);
};

/** A key that an earlier backup copied and that was replaced since is nobody's any more: it goes, so that nobody restores it. Whether there was one. */
export const dropOtherKey = async (folder: string, signed: Signed): Promise<boolean> => {
  const { privateKey } = backupFiles(folder);
  const pem = await ifPresent(readFile(privateKey, 'utf8'));
  if (pem === undefined || isOnRecord(pem, signed)) return false;
  await rm(privateKey, { force: true });
  return true;
};

/** A key that is there already stays. */
export const restoreKey = async (
  signingKey: string | undefined,
  folder: string,
  signed: Signed,
): Promise<KeyRestored> => {
  if (signingKey === undefined) return 'none';
  if ((await ifPresent(readFile(signingKey))) !== undefined) return 'kept';
  const pem = await ifPresent(readFile(backupFiles(folder).privateKey, 'utf8'));
  if (pem === undefined) return 'none';
  if (!isOnRecord(pem, signed)) return 'other';
  await mkdir(dirname(signingKey), { recursive: true, mode: 0o700 });
  await writePrivately(signingKey, pem);
  return 'restored';
};

/** Where nothing was signed yet, any key may be the first. */
const isOnRecord = (pem: string, signed: Signed): boolean =>
  signed === undefined || publicPemOf(pem) === signed.public_key;

const publicPemOf = (privatePem: string): string | undefined => {
  try {
    const der = createPublicKey(privatePem).export({ type: 'spki', format: 'der' });
    return publicKeyPem(der.subarray(-32));
  } catch {
    return undefined;
  }
};
