import { hex, keyIdOf, type NoteCrypto, type NoteKey, treeHashes, type TreeHashes } from '@gild/proof-domain';
import { Fault, type Signer } from '@gild/ports';
import type { ProofDeps } from './proof-deps.js';

/** How the history is hashed, and which keys its checkpoints may be signed with. */
export type Proving = { hashes: TreeHashes; crypto: NoteCrypto; keys: readonly NoteKey[] };

export const provingWith = ({ sha256OfBytes, verifySignature, signer }: ProofDeps): Proving => ({
  hashes: treeHashes(sha256OfBytes),
  crypto: { sha256: sha256OfBytes, verify: verifySignature },
  keys: signer === undefined ? [] : [{ name: signer.name, publicKey: signer.publicKey }],
});

/** Names a key in object keys and reports. */
export const keyIdText = (key: NoteKey, { crypto }: Pick<Proving, 'crypto'>): string =>
  hex(keyIdOf(key, crypto.sha256));

/** Fault: NOT_SIGNED. */
export const requireSigner = ({ signer }: ProofDeps): Signer => {
  if (signer !== undefined) return signer;
  throw new Fault(
    'NOT_SIGNED',
    'nothing of this history is signed: the farm has no signing key yet. A service takes it from GILD_SIGNING_KEY; gild up and gild build make one',
  );
};
