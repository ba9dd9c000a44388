import {
  hex,
  keyIdOf,
  type NoteCrypto,
  type NoteKey,
  publicKeyOfPem,
  treeHashes,
  type TreeHashes,
} from '@gild/proof-domain';
import { Fault, type Signer } from '@gild/ports';
import type { RecordedKey } from '@gild/contracts';
import { recordedKeys } from './keys/recorded-keys.js';
import type { ProofDeps } from './proof-deps.js';

/** How the history is hashed, and which keys its checkpoints may be signed with. */
export type Proving = { hashes: TreeHashes; crypto: NoteCrypto; keys: readonly NoteKey[] };

export const provingWith = (deps: ProofDeps): Proving => ({
  hashes: treeHashes(deps.sha256OfBytes),
  crypto: { sha256: deps.sha256OfBytes, verify: deps.verifySignature },
  get keys() {
    const { signer } = deps;
    return signer === undefined ? [] : [{ name: signer.name, publicKey: signer.publicKey }];
  },
});

/** The same with every key that is on record and is to count, and the one in use. */
export const provingWithAll = async (
  deps: ProofDeps,
  counts: (key: RecordedKey) => boolean = () => true,
): Promise<Proving> => {
  const proving = provingWith(deps);
  const recorded = noteKeys((await recordedKeys(deps)).filter(counts));
  return { hashes: proving.hashes, crypto: proving.crypto, keys: [...proving.keys, ...recorded] };
};

/** The keys as notes name them, without those that are none. */
export const noteKeys = (keys: readonly RecordedKey[]): NoteKey[] =>
  keys.flatMap(({ name, public_key: pem }) => {
    const publicKey = publicKeyOfPem(pem);
    return publicKey === undefined ? [] : [{ name, publicKey }];
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
