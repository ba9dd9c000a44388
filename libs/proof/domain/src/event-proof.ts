import { base64Bytes, type EventProof } from '@gild/contracts';
import { openCheckpoint } from './checkpoint.js';
import { leafHash } from './leaf.js';
import { rootOfInclusion } from './merkle-proof.js';
import type { NoteCrypto, NoteKey } from './signed-note.js';
import { sameBytes, treeHashes } from './tree-hashes.js';

export type ProofVerdict = { proven: true; size: number } | { proven: false; reason: string };

/** Whether the proof shows that its event is in a history that one of the keys signed. Needs nothing else. */
export const judgeProof = (
  { event, index, hashes: encoded, checkpoint: note }: EventProof,
  keys: readonly NoteKey[],
  crypto: NoteCrypto,
): ProofVerdict => {
  const opened = openCheckpoint(note, keys, crypto);
  if (opened === undefined)
    return { proven: false, reason: 'its checkpoint has no good signature of the given key' };
  const { size, root } = opened.checkpoint;
  const proof = encoded.map(base64Bytes).filter((hash) => hash !== undefined);
  if (proof.length !== encoded.length) return { proven: false, reason: 'its hashes are not base64' };
  const hashes = treeHashes(crypto.sha256);
  const found = rootOfInclusion({ index, size, leaf: leafHash(event, hashes), proof }, hashes);
  return found !== undefined && sameBytes(found, root)
    ? { proven: true, size }
    : {
        proven: false,
        reason: `event ${String(index)} of the ${String(size)} that are signed is another one: this one was changed, or never recorded`,
      };
};
