import { type Checkpoint, hex, treeHashes } from '@gild/proof-domain';
import type { Sha256OfBytes, VerifySignature } from '@gild/ports';
import { keysIn } from '../keys/recorded-keys.js';
import { newestCheckpoint } from '../proof-objects.js';
import { noteKeys } from '../signing.js';
import type { Course } from './backup-deps.js';
import { whileWanted } from './copy-objects.js';
import {
  type BackupPlace,
  damagedBackup,
  type Lack,
  lackOf,
  type Manifest,
  requireManifest,
} from './manifest.js';
import { backedUpEvents, readObjectLists, requireWholeHistory } from './read-backup.js';

export type VerifyDeps = {
  place: BackupPlace;
  sha256OfBytes: Sha256OfBytes;
  verifySignature: VerifySignature;
};

/** What a backup is worth. `damaged`: what the folder holds and is not what it was. */
export type BackupVerdict = {
  manifest: Manifest;
  /** How many of its events a checkpoint in it proves, by a key that its events name. */
  signed_events: number;
  damaged: Lack[];
};

/** Reads every byte of a backup. Faults: BACKUP_ABSENT; BACKUP_DAMAGED where the history itself is not whole. */
export const verifyBackup = async (deps: VerifyDeps, course: Course): Promise<BackupVerdict> => {
  const manifest = await requireManifest(deps.place);
  const signed_events = await requireHistory(deps, manifest);
  const objects = await readObjectLists(deps.place, manifest);
  const damaged: Lack[] = [];
  for (const [index, object] of objects.entries()) {
    course.signal.throwIfAborted();
    try {
      const pieces = whileWanted(deps.place.objects.read(object), course.signal);
      while ((await pieces.next()).done !== true);
    } catch (error) {
      damaged.push(lackOf(object.key, error));
    }
    course.progress({ doing: 'objects', done: index + 1, total: objects.length });
  }
  return { manifest, signed_events, damaged };
};

/** The history is whole, and the one its newest checkpoint was signed for; how far that proves it. Fault: BACKUP_DAMAGED. */
export const requireHistory = async (deps: VerifyDeps, manifest: Manifest): Promise<number> => {
  const signed = await checkpointOf(deps, manifest);
  await requireWholeHistory({ ...deps, manifest }, (_, tree) => {
    if (tree.size === signed?.size && tree.root() !== hex(signed.root))
      throw damagedBackup(`its first ${String(signed.size)} events are not those that were signed`);
  });
  return Math.min(signed?.size ?? 0, manifest.events);
};

/** The newest that a key signed which the events of the backup themselves name, and do not revoke. */
const checkpointOf = async (
  { place, sha256OfBytes, verifySignature }: VerifyDeps,
  manifest: Manifest,
): Promise<Checkpoint | undefined> => {
  const proving = {
    hashes: treeHashes(sha256OfBytes),
    crypto: { sha256: sha256OfBytes, verify: verifySignature },
    keys: noteKeys(
      (await keysIn(backedUpEvents(place, manifest))).filter(({ revoked }) => revoked === undefined),
    ),
  };
  return (await newestCheckpoint(place.objects, proving))?.checkpoint;
};
