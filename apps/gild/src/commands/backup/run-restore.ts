import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifPresent, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { restore, type RestoreReport } from '@gild/proof-application';
import type { Context } from '../context.js';
import { backupFiles, backupFolder, existingFolder, writePrivately } from './backup-folder.js';
import { course } from './course.js';
import { questionRestored, type RestoredFarm } from './restored-farm.js';
import { inPlaceOf, type TruthPlace, truthPlace } from './truth.js';

/** What a restore came to. `key`: what became of the private key that signs. */
export type Restored = RestoreReport & RestoredFarm & { place: string; key: 'restored' | 'kept' | 'none' };

/**
 * Restores a backup where nothing is recorded, and asks the restored farm what it knows. Faults: those of `restore`, FARM_RUNS,
 * INVALID_REQUEST.
 */
export const runRestore = async (dir: string, context: Context): Promise<Restored> => {
  const folder = existingFolder(dir);
  const place = truthPlace(context.env);
  const release = place.hold();
  try {
    const report = await restored(place, folder, context);
    const key = await restoreKey(place, folder);
    return { place: place.name, ...report, ...(await questioned(place, report, context)), key };
  } finally {
    release();
  }
};

const restored = async (place: TruthPlace, folder: string, context: Context): Promise<RestoreReport> => {
  const objects = await place.openObjects(context.terminal.note);
  const watched = course('restore', context);
  const judging = { place: backupFolder(folder), sha256OfBytes, verifySignature: verifyEd25519 };
  try {
    return await inPlaceOf(place, (store) => restore({ ...judging, store, objects }, watched));
  } finally {
    watched.end();
  }
};

const questioned = async (
  place: TruthPlace,
  { manifest }: RestoreReport,
  context: Context,
): Promise<RestoredFarm> => {
  const store = await place.openEvents();
  try {
    return await questionRestored(
      { store, objects: await place.openObjects(context.terminal.note) },
      manifest,
    );
  } finally {
    await store.close();
  }
};

/** A key that is there already stays. */
const restoreKey = async ({ signingKey }: TruthPlace, folder: string): Promise<Restored['key']> => {
  if (signingKey === undefined) return 'none';
  if ((await ifPresent(readFile(signingKey))) !== undefined) return 'kept';
  const pem = await ifPresent(readFile(backupFiles(folder).privateKey, 'utf8'));
  if (pem === undefined) return 'none';
  await mkdir(dirname(signingKey), { recursive: true, mode: 0o700 });
  await writePrivately(signingKey, pem);
  return 'restored';
};
