import { resolve } from 'node:path';
import { sha256OfBytes, systemClock, verifyEd25519 } from '@gild/node-runtime';
import { type BackupReport, type BackupVerdict, backUp, verifyBackup } from '@gild/proof-application';
import { RELEASE } from '../../release.js';
import type { Context } from '../context.js';
import { backupFiles, backupFolder, existingFolder, inOwnFolder, writePrivately } from './backup-folder.js';
import { copyKey, dropOtherKey } from './backup-key.js';
import { course } from './course.js';
import { requireEvents, type TruthPlace, truthPlace } from './truth.js';

/** Brings the backup in a folder up to date. Faults: those of `backUp`, INVALID_REQUEST, BACKUP_BUSY. */
export const runBackup = async (
  dir: string,
  { withKeys }: { withKeys: boolean },
  context: Context,
): Promise<BackupReport> => {
  const place = truthPlace(context.env);
  requireEvents(place);
  const folder = resolve(dir);
  return inOwnFolder(folder, async () => {
    const report = await saved(place, folder, context);
    const { signed } = report.manifest;
    if (signed !== undefined) await writePrivately(backupFiles(folder).publicKey, signed.public_key);
    if (withKeys) await copyKey(place, folder);
    else if (await dropOtherKey(folder, signed))
      context.terminal.note(`${backupFiles(folder).privateKey} ${DROPPED}`);
    return report;
  });
};

const DROPPED =
  'was removed: it is not the key that signs now, and nobody shall restore it (--with-keys copies the one in use)';

const saved = async (place: TruthPlace, folder: string, context: Context): Promise<BackupReport> => {
  const store = await place.openEvents();
  const watched = course('back up', context);
  try {
    const objects = await place.openObjects(context.terminal.note);
    const to = { place: backupFolder(folder), clock: systemClock, sha256OfBytes, release: RELEASE };
    return await backUp({ store, objects, ...to }, watched);
  } finally {
    watched.end();
    await store.close();
  }
};

/** Reads every byte of the backup in a folder. Faults: those of `verifyBackup`. */
export const runVerification = async (dir: string, context: Context): Promise<BackupVerdict> => {
  const place = backupFolder(existingFolder(dir));
  const watched = course('verify', context);
  try {
    return await verifyBackup({ place, sha256OfBytes, verifySignature: verifyEd25519 }, watched);
  } finally {
    watched.end();
  }
};
