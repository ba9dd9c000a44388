/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/** How leaves and nodes of a Merkle tree are hashed (RFC 6962 §2.1); nothing that is one can pass for the other. */
export type TreeHashes = {
  leaf: (entry: Uint8Array) => Hash;
  node: (left: Hash, right: Hash) => Hash;
  /** Root of the tree without leaves. */
  empty: Hash;
};

const LEAF = 0;
const NODE = 1;

export const treeHashes = (sha256: (bytes: Uint8Array) => Uint8Array): TreeHashes => ({
  leaf: (entry) => {
    const bytes = new Uint8Array(1 + entry.length);
    bytes[0] = LEAF;
    bytes.set(entry, 1);
    return sha256(bytes);
  },
  node: (left, right) => {
    const bytes = new Uint8Array(1 + left.length + right.length);
    bytes[0] = NODE;
    bytes.set(left, 1);
    bytes.set(right, 1 + left.length);
    return sha256(bytes);
  },
  empty: sha256(new Uint8Array()),
});

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
