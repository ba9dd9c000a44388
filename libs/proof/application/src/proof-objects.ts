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

/** The largest that one of the keys signed. */
export const newestCheckpoint = async (
  objects: ObjectStore,
  proving: Proving,
): Promise<SignedCheckpoint | undefined> => {
  for await (const found of newestCheckpoints(objects, proving)) return found;
  return undefined;
};

/** The largest of each key, the largest of all first. What is not signed by the key, or not under its own name, is passed over. */
export async function* newestCheckpoints(
  objects: ObjectStore,
  proving: Proving,
): AsyncGenerator<SignedCheckpoint> {
  const wanted = new Set(proving.keys.map((key) => keyIdText(key, proving)));
  const found: string[] = [];
  for await (const key of objects.list(objectKeys.checkpoints()))
    if (wanted.has(signerIn(key))) found.push(key);
  for (const key of found.reverse()) {
    const signed = wanted.has(signerIn(key)) ? await signedUnder(key, objects, proving) : undefined;
    if (signed === undefined) continue;
    wanted.delete(signed.keyId);
    yield signed;
  }
}

const signedUnder = async (
  key: string,
  objects: ObjectStore,
  proving: Proving,
): Promise<SignedCheckpoint | undefined> => {
  const note = new TextDecoder().decode(await readWhole(objects, key));
  const opened = openCheckpoint(note, proving.keys, proving.crypto);
  if (opened === undefined) return undefined;
  const { checkpoint, signedBy } = opened;
  const keyId = keyIdText(signedBy, proving);
  return objectKeys.checkpoint(checkpoint.size, keyId) === key ? { checkpoint, note, keyId } : undefined;
};

/** The id of the key, as the name of a checkpoint says. */
const signerIn = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

/** The ids of the keys under which checkpoints are stored, as their names say. */
export const checkpointKeyIds = async (objects: ObjectStore): Promise<Set<string>> => {
  const found = new Set<string>();
  for await (const key of objects.list(objectKeys.checkpoints())) found.add(signerIn(key));
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
