import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { guardedDisk, ifPresent, placeFile, takeFileLock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { BackupPlace } from '@gild/proof-application';
import { Fault } from '@gild/ports';

const guarded = guardedDisk({ full: 'STORE_FULL', other: 'STORE_IO', whose: "backup's" });

/** The files of a backup in a folder; what is below `objects` lies as a farm's object store has it. */
export const backupFiles = (folder: string) => ({
  manifest: join(folder, 'manifest.json'),
  lock: join(folder, 'backup.lock'),
  publicKey: join(folder, 'signing.pub.pem'),
  privateKey: join(folder, 'signing.pem'),
});

export const backupFolder = (folder: string): BackupPlace => {
  const { manifest } = backupFiles(folder);
  return {
    objects: directoryObjectStore(folder),
    readManifest: () => guarded(`reading ${manifest}`, () => ifPresent(readFile(manifest, 'utf8'))),
    writeManifest: (text) => writePrivately(manifest, text),
  };
};

/** Whole or not at all, over what is there, for the owner alone. */
export const writePrivately = (path: string, text: string): Promise<void> =>
  guarded(`writing ${path}`, async () => {
    const temporary = `${path}.writing`;
    // What an interrupted run left may be open to others, or a link to elsewhere.
    await rm(temporary, { force: true });
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await placeFile(temporary, path);
  });

/** Makes the folder and does the work as the only one that writes to it. Faults: BACKUP_BUSY, STORE_IO. */
export const inOwnFolder = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  await guarded(`making ${folder}`, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const lock = await guarded(`locking ${folder}`, async () => takeFileLock(backupFiles(folder).lock));
  if (lock === undefined)
    throw new Fault(
      'BACKUP_BUSY',
      `another gild backup writes to ${folder}: wait for it, or name another folder`,
    );
  try {
    return await work();
  } finally {
    lock.release();
  }
};

/** A folder that exists, as an absolute path. Fault: BACKUP_ABSENT. */
export const existingFolder = (path: string): string => {
  const folder = resolve(path);
  if (existsSync(folder)) return folder;
  throw new Fault('BACKUP_ABSENT', `expected a folder that gild backup wrote, found nothing at ${folder}`);
};
