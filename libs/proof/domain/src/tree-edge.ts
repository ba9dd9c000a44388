import { hashesAtLevel, TILE_WIDTH } from './tiles.js';
import type { Hash, TreeHashes } from './tree-hashes.js';

/**
 * The right edge of a tree: what its partial tiles hold, by level. It is all a tree needs to grow and to know its root,
 * however many leaves it has.
 */
export type TreeEdge = { readonly size: number; readonly levels: readonly (readonly Hash[])[] };

/** A tile with all its hashes. */
export type FullTile = { level: number; index: number; hashes: readonly Hash[] };

export const EMPTY_EDGE: TreeEdge = { size: 0, levels: [] };

/** The tree with more leaves, and the tiles that became full, each after those below it. */
export const extendEdge = (
  edge: TreeEdge,
  leaves: readonly Hash[],
  hashes: TreeHashes,
): { edge: TreeEdge; filled: FullTile[] } => {
  const levels = edge.levels.map((row) => [...row]);
  const filled: FullTile[] = [];
  let size = edge.size;
  const push = (level: number, hash: Hash): void => {
    const row = (levels[level] ??= []);
    row.push(hash);
    if (row.length < TILE_WIDTH) return;
    filled.push({ level, index: hashesAtLevel(size, level + 1) - 1, hashes: row });
    levels[level] = [];
    push(level + 1, perfectRoot(row, hashes));
  };
  for (const leaf of leaves) {
    size += 1;
    push(0, leaf);
  }
  return { edge: { size, levels }, filled };
};

/** Root of the tree above so many hashes as are a power of two. */
export const perfectRoot = (row: readonly Hash[], hashes: TreeHashes): Hash => {
  let level = row;
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, index) =>
      hashes.node(below[2 * index] as Hash, below[2 * index + 1] as Hash),
    );
  }
  return level[0] ?? hashes.empty;
};

export const edgeRoot = (edge: TreeEdge, hashes: TreeHashes): Hash => {
  const peaks = edge.levels.toReversed().flatMap((row) => peaksOf(row, hashes));
  return (
    peaks.reduceRight<Hash | undefined>(
      (right, left) => (right === undefined ? left : hashes.node(left, right)),
      undefined,
    ) ?? hashes.empty
  );
};

/** Roots of the perfect trees a row of hashes divides into, the largest first. */
const peaksOf = (row: readonly Hash[], hashes: TreeHashes): Hash[] => {
  const peaks: Hash[] = [];
  let from = 0;
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    if (row.length - from < width) continue;
    peaks.push(perfectRoot(row.slice(from, from + width), hashes));
    from += width;
  }
  return peaks;
};
