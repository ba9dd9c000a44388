import fc from 'fast-check';
import {
  bytesOf,
  CT_ENTRIES,
  CT_ROOTS,
  digitsOf,
  hashes,
  leaves,
  rootOf,
  rootsOf,
} from './known-trees.spec.js';
import { consistencyRanges, inclusionRanges, isConsistent, rootOfInclusion } from './merkle-proof.js';
import { EMPTY_EDGE, edgeRoot, extendEdge } from './tree-edge.js';
import { encodeTile, tilePath } from './tiles.js';
import { sameBytes, type Hash } from './tree-hashes.js';

const ctLeaves = CT_ENTRIES.map((entry) => hashes.leaf(entry));
const edgeOf = (all: readonly Hash[]) => extendEdge(EMPTY_EDGE, all, hashes).edge;
const flipped = (hash: Hash, bit: number): Hash =>
  hash.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

const most = 700;
const all = leaves(most);
const sizes = fc.integer({ min: 1, max: most });
const bits = fc.integer({ min: 0, max: 255 });

describe('a Merkle tree', () => {
  it('has the roots Certificate Transparency is tested with', () =>
    expect(
      ctLeaves.map((_, last) => digitsOf(edgeRoot(edgeOf(ctLeaves.slice(0, last + 1)), hashes))),
    ).toStrictEqual(CT_ROOTS));

  it('has the digest of nothing as its root while it is empty', () =>
    expect(digitsOf(edgeRoot(EMPTY_EDGE, hashes))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ));

  it.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('proves leaf %i of %i with the known hashes', (index, size, expected) => {
    const proof = rootsOf(inclusionRanges(index, size), ctLeaves);
    expect(proof.map(digitsOf)).toStrictEqual(expected);
    const leaf = ctLeaves[index] as Hash;
    expect(rootOfInclusion({ index, size, leaf, proof }, hashes)).toStrictEqual(
      Buffer.from(bytesOf(CT_ROOTS[size - 1] ?? '')),
    );
  });

  it.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('proves with the known hashes that %i leaves grew to %i', (first, size, expected) => {
    const proof = rootsOf(consistencyRanges(first, size), ctLeaves);
    expect(proof.map(digitsOf)).toStrictEqual(expected);
    const head = (count: number) => ({ size: count, root: bytesOf(CT_ROOTS[count - 1] ?? '') });
    expect(isConsistent(head(first), head(size), { proof, hashes })).toBe(true);
  });

  it('has the same root however its leaves came', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 }), (counts) => {
        const pieces = counts.reduce<{ edge: typeof EMPTY_EDGE; from: number }>(
          ({ edge, from }, count) => {
            const piece = all.slice(from, from + count);
            return { edge: extendEdge(edge, piece, hashes).edge, from: from + piece.length };
          },
          { edge: EMPTY_EDGE, from: 0 },
        );
        expect(digitsOf(edgeRoot(pieces.edge, hashes))).toBe(digitsOf(rootOf(all.slice(0, pieces.from))));
      }),
      { numRuns: 40 },
    ));

  it('proves every leaf, and no other leaf, place, size or hash', () =>
    fc.assert(
      fc.property(fc.tuple(sizes, fc.nat(), bits, fc.nat()), ([size, place, bit, which]) => {
        const index = place % size;
        const root = rootOf(all.slice(0, size));
        const proof = rootsOf(inclusionRanges(index, size), all.slice(0, size));
        const given = { index, size, leaf: all[index] as Hash, proof };
        const proves = (changed: Partial<typeof given>): boolean => {
          const found = rootOfInclusion({ ...given, ...changed }, hashes);
          return found !== undefined && sameBytes(found, root);
        };
        expect(proves({})).toBe(true);
        expect(proves({ leaf: flipped(given.leaf, bit) })).toBe(false);
        expect(proves({ proof: [...proof, root] })).toBe(false);
        expect(proves({ index: size })).toBe(false);
        if (size === 1) return;
        expect(proves({ index: (index + 1) % size })).toBe(false);
        expect(proves({ proof: proof.slice(1) })).toBe(false);
        const at = which % proof.length;
        expect(proves({ proof: proof.map((hash, i) => (i === at ? flipped(hash, bit) : hash)) })).toBe(false);
      }),
      { numRuns: 60 },
    ));

  it('proves of every earlier tree that it grew into the later one, and of no other', () =>
    fc.assert(
      fc.property(fc.tuple(sizes, fc.nat(), bits, fc.nat()), ([size, some, bit, which]) => {
        const first = 1 + (some % size);
        const earlier = { size: first, root: rootOf(all.slice(0, first)) };
        const later = { size, root: rootOf(all.slice(0, size)) };
        const proof = rootsOf(consistencyRanges(first, size), all.slice(0, size));
        expect(isConsistent(earlier, later, { proof, hashes })).toBe(true);
        const otherRoot = { ...earlier, root: flipped(earlier.root, bit) };
        expect(isConsistent(otherRoot, later, { proof, hashes })).toBe(false);
        const otherLater = { ...later, root: flipped(later.root, bit) };
        expect(isConsistent(earlier, otherLater, { proof, hashes })).toBe(false);
        if (proof.length === 0) return;
        const at = which % proof.length;
        const changed = proof.map((hash, i) => (i === at ? flipped(hash, bit) : hash));
        expect(isConsistent(earlier, later, { proof: changed, hashes })).toBe(false);
        expect(isConsistent(later, earlier, { proof, hashes })).toBe(false);
      }),
      { numRuns: 60 },
    ));

  it('begins from the empty tree', () =>
    expect(
      isConsistent({ size: 0, root: hashes.empty }, { size: 1, root: all[0] as Hash }, { proof: [], hashes }),
    ).toBe(true));

  it('fills tiles with 256 hashes, and the tile above with their roots', () => {
    const many = leaves(256 * 256 + 257);
    const { edge, filled } = extendEdge(EMPTY_EDGE, many, hashes);
    const above = filled.find(({ level }) => level === 1);
    expect([filled.length, edge.levels.map((row) => row.length)]).toStrictEqual([258, [1, 1, 1]]);
    expect(digitsOf(above?.hashes[3] as Hash)).toBe(digitsOf(rootOf(many.slice(768, 1024))));
    expect(
      filled.slice(255, 258).map(({ level, index }) => tilePath({ level, index, width: 256 })),
    ).toStrictEqual(['tile/0/255', 'tile/1/000', 'tile/0/256']);
    expect(encodeTile(filled[0]?.hashes ?? []).length).toBe(8192);
  });
});
