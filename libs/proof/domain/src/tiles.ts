import type { Hash } from './tree-hashes.js';

/** Hashes in a full tile: a subtree of height 8 (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const THOUSAND = 1000;

/** Tile `index` of its level: level 0 holds leaf hashes, each hash above is the root of a full tile below. */
export type TileAt = { level: number; index: number; width: number };

/** `tile/<level>/<index>[.p/<width>]`, the index in groups of three digits. */
export const tilePath = ({ level, index, width }: TileAt): string => {
  const groups = [digits(index % THOUSAND)];
  for (let rest = Math.floor(index / THOUSAND); rest > 0; rest = Math.floor(rest / THOUSAND))
    groups.unshift(`x${digits(rest % THOUSAND)}`);
  const partial = width < TILE_WIDTH ? `.p/${String(width)}` : '';
  return `tile/${String(level)}/${groups.join('/')}${partial}`;
};

const digits = (group: number): string => String(group).padStart(3, '0');

/** How many hashes a level has in a tree of that size, in full tiles and the partial one together. */
export const hashesAtLevel = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The partial tiles at the right edge of a tree, lowest level first; they and no others are not in a tile above. */
export const partialTiles = (size: number): TileAt[] => {
  const tiles: TileAt[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level += 1) {
    const count = hashesAtLevel(size, level);
    const width = count % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(count / TILE_WIDTH), width });
  }
  return tiles;
};

export const encodeTile = (hashes: readonly Hash[]): Uint8Array => {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  hashes.forEach((hash, index) => bytes.set(hash, index * HASH_BYTES));
  return bytes;
};

/** Undefined when the bytes are not a tile of that width. */
export const decodeTile = (bytes: Uint8Array, width: number): Hash[] | undefined =>
  bytes.length === width * HASH_BYTES
    ? Array.from({ length: width }, (_, index) => bytes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES))
    : undefined;
