import { sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { restore, type RestoreReport } from '@gild/proof-application';
import type { Context } from '../context.js';
import { backupFolder, existingFolder } from './backup-folder.js';
import { type KeyRestored, restoreKey } from './backup-key.js';
import { course } from './course.js';
import { questionRestored, type RestoredFarm } from './restored-farm.js';
import { inPlaceOf, type TruthPlace, truthPlace } from './truth.js';

/** What a restore came to. */
export type Restored = RestoreReport & RestoredFarm & { place: string; key: KeyRestored };

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
    const key = await restoreKey(place.signingKey, folder, report.manifest.signed);
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
