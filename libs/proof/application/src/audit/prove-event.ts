import type { EventProof } from '@gild/contracts';
import { base64, type Hash, inclusionRanges, leafHash, sameBytes, TILE_WIDTH } from '@gild/proof-domain';
import { Fault, type RecordedEvent } from '@gild/ports';
import type { SignedCheckpoint } from '../proof-objects.js';
import type { Proving } from '../signing.js';
import type { VerifiedTiles } from './verified-tiles.js';

type Given = { signed: SignedCheckpoint; tiles: VerifiedTiles; proving: Proving };

/** Faults: NOT_SIGNED when the event is in no signed tree, ARTIFACT_DAMAGED when stored hashes are. */
export const proveEvent = async (
  recorded: RecordedEvent,
  { signed: { checkpoint, note }, tiles, proving }: Given,
): Promise<EventProof> => {
  const { stream, revision, id, type, data, metadata } = recorded;
  const index = await indexOf(leafHash(recorded, proving.hashes), tiles);
  if (index === undefined) {
    const message = `${type} of ${stream} is not among the ${String(checkpoint.size)} events that are signed: it was recorded since, or changed; gild audit verify says which`;
    throw new Fault('NOT_SIGNED', message);
  }
  const hashes: string[] = [];
  for (const range of inclusionRanges(index, checkpoint.size))
    hashes.push(base64(await tiles.rangeHash(range)));
  return {
    event: { stream, revision, id, type, data, metadata: { ...metadata } },
    index,
    hashes,
    checkpoint: note,
  };
};

/** Looked for from the end: people ask for what is new. */
const indexOf = async (leaf: Hash, { size, tile }: VerifiedTiles): Promise<number | undefined> => {
  for (let index = Math.ceil(size / TILE_WIDTH) - 1; index >= 0; index -= 1) {
    const row = await tile(0, index);
    const at = row?.findIndex((hash) => sameBytes(hash, leaf)) ?? -1;
    if (at >= 0) return index * TILE_WIDTH + at;
  }
  return undefined;
};
