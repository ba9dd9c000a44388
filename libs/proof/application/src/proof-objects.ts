import { objectKeys } from '@gild/contracts';
import {
  type Checkpoint,
  decodeTile,
  encodeTile,
  type Hash,
  openCheckpoint,
  type TileAt,
  tilePath,
} from '@gild/proof-domain';
import { faultCode, type ObjectStore } from '@gild/ports';
import { keyIdText, type Proving } from './signing.js';

const LONGEST_NOTE = 65_536;

/** Create-only. Fault: OBJECT_MISMATCH when another tile is there. */
export const putTile = async (
  objects: ObjectStore,
  { level, index, hashes }: Omit<TileAt, 'width'> & { hashes: readonly Hash[] },
): Promise<void> => {
  const key = objectKeys.proofTile(tilePath({ level, index, width: hashes.length }));
  await objects.put(key, encodeTile(hashes));
};

/** What is stored as the tile, unchecked; undefined when nothing of its size is. */
export const readTile = async (objects: ObjectStore, at: TileAt): Promise<Hash[] | undefined> => {
  const bytes = await readWhole(objects, objectKeys.proofTile(tilePath(at)));
  return bytes && decodeTile(bytes, at.width);
};

/**
 * Keeps the position of the event before the last one of a full tile of leaves. Another one that is there stays: it is of the store that this
 * history was in before, and found to be of no use.
 */
export const putPlace = async (objects: ObjectStore, tile: number, position: string): Promise<void> => {
  try {
    await objects.put(objectKeys.proofPlace(tile), new TextEncoder().encode(position));
  } catch (error) {
    if (faultCode(error) !== 'OBJECT_MISMATCH') throw error;
  }
};

/** Undefined when none is kept. */
export const readPlace = async (objects: ObjectStore, tile: number): Promise<string | undefined> => {
  const bytes = await readWhole(objects, objectKeys.proofPlace(tile));
  return bytes && new TextDecoder().decode(bytes);
};

/** A checkpoint with the note that holds it. */
export type SignedCheckpoint = { checkpoint: Checkpoint; note: string; keyId: string };

/**
 * The checkpoint of the largest tree that one of the keys signed; what is not signed by them, not under its own name, or not believed is
 * passed over.
 */
export const newestCheckpoint = async (
  objects: ObjectStore,
  proving: Proving,
  believes: (found: SignedCheckpoint) => Promise<boolean> = () => Promise.resolve(true),
): Promise<SignedCheckpoint | undefined> => {
  const keyIds = proving.keys.map((key) => keyIdText(key, proving));
  const found: string[] = [];
  for await (const key of objects.list(objectKeys.checkpoints()))
    if (keyIds.some((keyId) => key.endsWith(`.${keyId}`))) found.push(key);
  for (const key of found.reverse()) {
    const bytes = await readWhole(objects, key);
    const note = new TextDecoder().decode(bytes);
    const opened = openCheckpoint(note, proving.keys, proving.crypto);
    if (opened === undefined) continue;
    const { checkpoint, signedBy } = opened;
    const keyId = keyIdText(signedBy, proving);
    const signed = { checkpoint, note, keyId };
    if (objectKeys.checkpoint(checkpoint.size, keyId) === key && (await believes(signed))) return signed;
  }
  return undefined;
};

/** The ids of the keys under which checkpoints are stored, as their names say. */
export const checkpointKeyIds = async (objects: ObjectStore): Promise<Set<string>> => {
  const found = new Set<string>();
  for await (const key of objects.list(objectKeys.checkpoints()))
    found.add(key.slice(key.lastIndexOf('.') + 1));
  return found;
};

/** Undefined also of what is too long to be of the proof. */
const readWhole = async (objects: ObjectStore, key: string): Promise<Uint8Array | undefined> => {
  const head = await objects.head(key);
  if (head === undefined || head.sizeBytes > LONGEST_NOTE) return undefined;
  const bytes = new Uint8Array(head.sizeBytes);
  let filled = 0;
  for await (const piece of objects.readRange(key, 0, head.sizeBytes)) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return filled === bytes.length ? bytes : undefined;
};
