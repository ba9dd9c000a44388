import { sameBytes, type Hash, type TreeHashes } from './tree-hashes.js';

/** Leaves `from` to `to` (exclusive), whose tree has one hash in a proof. */
export type LeafRange = readonly [from: number, to: number];

/** The largest power of two below `size`: where a tree of that many leaves divides. */
export const splitOf = (size: number): number => {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
};

/** The subtrees whose roots prove that a leaf is in the tree of `size` leaves, in the order of RFC 6962 §2.1.1. */
export const inclusionRanges = (index: number, size: number): LeafRange[] => {
  const pathIn = ([from, to]: LeafRange): LeafRange[] => {
    if (to - from === 1) return [];
    const middle = from + splitOf(to - from);
    const [own, other]: [LeafRange, LeafRange] =
      index < middle
        ? [
            [from, middle],
            [middle, to],
          ]
        : [
            [middle, to],
            [from, middle],
          ];
    return [...pathIn(own), other];
  };
  return pathIn([0, size]);
};

/** The subtrees whose roots prove that a tree of `first` leaves (at least 1) grew into one of `size` (RFC 6962 §2.1.2). */
export const consistencyRanges = (first: number, size: number): LeafRange[] => {
  const proofIn = ([from, to]: LeafRange, isWholeFirst: boolean): LeafRange[] => {
    if (first === to) return isWholeFirst ? [] : [[from, to]];
    const middle = from + splitOf(to - from);
    return first <= middle
      ? [...proofIn([from, middle], isWholeFirst), [middle, to]]
      : [...proofIn([middle, to], false), [from, middle]];
  };
  return proofIn([0, size], true);
};

/** What a proof is about: the leaf at `index` of `size`. */
export type Inclusion = { index: number; size: number; leaf: Hash; proof: readonly Hash[] };

/** The root that follows from a proof of inclusion; undefined when there can be no such proof. */
export const rootOfInclusion = (inclusion: Inclusion, hashes: TreeHashes): Hash | undefined => {
  const { index, size, leaf, proof } = inclusion;
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size))
    return undefined;
  if (inclusionRanges(index, size).length !== proof.length) return undefined;
  const rootIn = (at: number, leaves: number, path: readonly Hash[]): Hash => {
    const other = path.at(-1);
    if (other === undefined) return leaf;
    const middle = splitOf(leaves);
    const rest = path.slice(0, -1);
    return at < middle
      ? hashes.node(rootIn(at, middle, rest), other)
      : hashes.node(other, rootIn(at - middle, leaves - middle, rest));
  };
  return rootIn(index, size, proof);
};

/** The root of a tree of so many leaves. */
export type TreeHead = { size: number; root: Hash };

/** Whether the proof shows that the later tree begins with all leaves of the earlier one, unchanged. */
export const isConsistent = (
  earlier: TreeHead,
  later: TreeHead,
  { proof, hashes }: { proof: readonly Hash[]; hashes: TreeHashes },
): boolean => {
  if (earlier.size === 0) return proof.length === 0;
  if (earlier.size > later.size) return false;
  if (consistencyRanges(earlier.size, later.size).length !== proof.length) return false;
  const grown = (first: number, size: number, rest: readonly Hash[]): { before: Hash; after: Hash } => {
    const last = rest.at(-1) ?? earlier.root;
    if (first === size) return { before: last, after: last };
    const middle = splitOf(size);
    if (first <= middle) {
      const { before, after } = grown(first, middle, rest.slice(0, -1));
      return { before, after: hashes.node(after, last) };
    }
    const { before, after } = grown(first - middle, size - middle, rest.slice(0, -1));
    return { before: hashes.node(last, before), after: hashes.node(last, after) };
  };
  const { before, after } = grown(earlier.size, later.size, proof);
  return sameBytes(before, earlier.root) && sameBytes(after, later.root);
};
