import {
  type Checkpoint,
  edgeRoot,
  type Hash,
  hashesAtLevel,
  type LeafRange,
  partialTiles,
  perfectRoot,
  sameBytes,
  splitOf,
  TILE_WIDTH,
  type TreeHashes,
} from '@gild/proof-domain';
import { Fault, type ObjectStore } from '@gild/ports';
import { readTile } from '../proof-objects.js';

/** The stored tiles of a signed tree, each checked against the signed root before it is believed. */
export type VerifiedTiles = {
  size: number;
  /** A tile, full or at the right edge; undefined when what is stored is missing or not what was signed. */
  tile: (level: number, index: number) => Promise<readonly Hash[] | undefined>;
  /** The root above some leaves, which a proof is made of. Fault: ARTIFACT_DAMAGED. */
  rangeHash: (range: LeafRange) => Promise<Hash>;
};

type Given = { objects: ObjectStore; checkpoint: Checkpoint; hashes: TreeHashes };

export const verifiedTiles = async (given: Given): Promise<VerifiedTiles> => {
  const { size } = given.checkpoint;
  const edge = await edgeOf(given);
  // Neighbours are asked for one after the other: one tile of each level answers nearly all of it.
  const last = new Map<number, { index: number; hashes: readonly Hash[] }>();
  const fullTile = async (level: number, index: number): Promise<readonly Hash[] | undefined> => {
    const held = last.get(level);
    if (held?.index === index) return held.hashes;
    const found = await readTile(given.objects, { level, index, width: TILE_WIDTH });
    const above = await tile(level + 1, Math.floor(index / TILE_WIDTH));
    const expected = above?.[index % TILE_WIDTH];
    if (found === undefined || expected === undefined) return undefined;
    if (!sameBytes(perfectRoot(found, given.hashes), expected)) return undefined;
    last.set(level, { index, hashes: found });
    return found;
  };
  const tile = (level: number, index: number): Promise<readonly Hash[] | undefined> =>
    (index + 1) * TILE_WIDTH <= hashesAtLevel(size, level)
      ? fullTile(level, index)
      : Promise.resolve(edge?.[level]);
  const rangeHash = async ([from, to]: LeafRange): Promise<Hash> => {
    const count = to - from;
    const level = Math.floor(Math.log2(count) / Math.log2(TILE_WIDTH));
    const width = TILE_WIDTH ** level;
    if (isPerfect(count)) {
      const first = from / width;
      const row = await tile(level, Math.floor(first / TILE_WIDTH));
      const begin = first % TILE_WIDTH;
      if (row !== undefined) return perfectRoot(row.slice(begin, begin + count / width), given.hashes);
      throw damaged(level, Math.floor(first / TILE_WIDTH));
    }
    const middle = from + splitOf(count);
    return given.hashes.node(await rangeHash([from, middle]), await rangeHash([middle, to]));
  };
  return { size, tile, rangeHash };
};

const isPerfect = (count: number): boolean => count === 1 || splitOf(count) * 2 === count;

const damaged = (level: number, index: number): Fault =>
  new Fault(
    'ARTIFACT_DAMAGED',
    `tile ${String(index)} of level ${String(level)} of the history's proof is missing or damaged; gild audit verify says what it means`,
  );

/** The partial tiles by level, if together they give the signed root. */
const edgeOf = async ({ objects, checkpoint, hashes }: Given): Promise<(readonly Hash[])[] | undefined> => {
  const levels: (readonly Hash[])[] = [];
  for (const at of partialTiles(checkpoint.size)) {
    const found = await readTile(objects, at);
    if (found === undefined) return undefined;
    levels[at.level] = found;
  }
  const edge = { size: checkpoint.size, levels: Array.from(levels, (row) => row ?? []) };
  return sameBytes(edgeRoot(edge, hashes), checkpoint.root) ? edge.levels : undefined;
};
