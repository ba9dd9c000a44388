import { createHash, createPublicKey, verify } from 'node:crypto';
import { base64Bytes } from '@gild/contracts';
import type { LeafRange } from './merkle-proof.js';
import { splitOf } from './merkle-proof.js';
import { publicKeyPem } from './public-key.js';
import type { NoteCrypto } from './signed-note.js';
import { type Hash, treeHashes, type TreeHashes } from './tree-hashes.js';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
export const hashes = treeHashes(sha256);
export const crypto: NoteCrypto = {
  sha256,
  verify: (key, message, signature) => verify(null, message, createPublicKey(publicKeyPem(key)), signature),
};
export const bytesOf = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));
export const digitsOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const ofBase64 = (text: string): Uint8Array => base64Bytes(text) ?? new Uint8Array();

/** Root by the definition of RFC 6962 §2.1 itself. */
export const rootOf = (leaves: readonly Hash[], tree: TreeHashes = hashes): Hash => {
  const [first] = leaves;
  if (first === undefined) return tree.empty;
  if (leaves.length === 1) return first;
  const middle = splitOf(leaves.length);
  return tree.node(rootOf(leaves.slice(0, middle), tree), rootOf(leaves.slice(middle), tree));
};

export const rootsOf = (ranges: readonly LeafRange[], leaves: readonly Hash[]): Hash[] =>
  ranges.map(([from, to]) => rootOf(leaves.slice(from, to)));

/** Leaves that differ. */
export const leaves = (count: number): Hash[] =>
  Array.from({ length: count }, (_, index) =>
    hashes.leaf(new TextEncoder().encode(`entry ${String(index)}`)),
  );

/** The entries that implementations of Certificate Transparency are tested with, and the roots of their trees. */
export const CT_ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytesOf);
export const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
