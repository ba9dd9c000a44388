import {
  type Checkpoint,
  type Hash,
  leafHash,
  sameBytes,
  TILE_WIDTH,
  type TreeEdge,
  type TreeHashes,
} from '@gild/proof-domain';
import { type EventStore, Fault, faultCode, type ObjectStore } from '@gild/ports';
import { type VerifiedTiles, verifiedTiles } from '../audit/verified-tiles.js';
import { readPlace } from '../proof-objects.js';
import type { Witnessed } from './witness-events.js';

/** How many full tiles back from the end a place is looked for, before the whole log is read. */
const MOST_TILES_BACK = 16;

type Given = {
  store: EventStore;
  objects: ObjectStore;
  hashes: TreeHashes;
  checkpoint: Checkpoint;
  /** Told why the whole log is read though something was signed. */
  report: (error: unknown) => void;
};

/**
 * The tree of the signed events up to the last full tile whose place in the log is known, without reading the events before: its hashes follow from
 * the signed root, and the event at the place is the one that was signed. Undefined where that cannot be shown: then the whole log has to be read.
 */
export const resumed = async (given: Given): Promise<Witnessed | undefined> => {
  const tiles = await verifiedTiles(given);
  const last = Math.floor(given.checkpoint.size / TILE_WIDTH) - 1;
  for (let tile = last; tile >= Math.max(0, last - MOST_TILES_BACK); tile -= 1) {
    const place = await readPlace(given.objects, tile);
    if (place === undefined) continue;
    const edge = await edgeAt((tile + 1) * TILE_WIDTH, tiles);
    const leaf = (await tiles.tile(0, tile))?.[TILE_WIDTH - 1];
    if (edge === undefined || leaf === undefined) return damaged(tile, given);
    const after = await positionOf(leaf, place, given);
    return after === undefined ? undefined : { edge, after };
  }
  return undefined;
};

/** The right edge that a tree of the signed one's first leaves has; undefined where a stored tile is not what was signed. */
const edgeAt = async (size: number, { tile }: VerifiedTiles): Promise<TreeEdge | undefined> => {
  const levels: (readonly Hash[])[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const width = count % TILE_WIDTH;
    const row = width === 0 ? [] : await tile(level, Math.floor(count / TILE_WIDTH));
    if (row === undefined) return undefined;
    levels.push(row.slice(0, width));
  }
  return { size, levels };
};

const OF_ANOTHER_STORE: ReadonlySet<string> = new Set(['POSITION_INVALID', 'POSITION_AHEAD']);

/** The position of the first event after the place, if it is the signed one; of another store it is not, or no position at all. */
const positionOf = async (
  leaf: Hash,
  place: string,
  { store, hashes }: Given,
): Promise<string | undefined> => {
  try {
    for await (const event of store.readAll({ after: place, limit: 1 }))
      return sameBytes(leafHash(event, hashes), leaf) ? event.position : undefined;
  } catch (error) {
    if (!OF_ANOTHER_STORE.has(faultCode(error) ?? '')) throw error;
  }
  return undefined;
};

const damaged = (tile: number, { report }: Given): undefined => {
  const message = `the stored hashes of tile ${String(tile)}, from which the notary would go on, are missing or not those that were signed: the whole log is read; gild audit verify names what is damaged`;
  report(new Fault('ARTIFACT_DAMAGED', message));
};
