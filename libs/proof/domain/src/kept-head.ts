import { base64Bytes } from '@gild/contracts';
import { openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { isConsistent } from './merkle-proof.js';
import type { NoteCrypto, NoteKey } from './signed-note.js';
import { treeHashes } from './tree-hashes.js';

/** Two checkpoints as notes, and the proof that the later continues the earlier, in base64. */
export type KeptHead = { earlier: string; later: string; consistency: readonly string[] };

/** What is wrong with the proof that a history continues a checkpoint somebody kept; undefined when nothing is. */
export const keptHeadProblem = (
  { earlier, later, consistency }: KeptHead,
  keys: readonly NoteKey[],
  crypto: NoteCrypto,
): string | undefined => {
  const other = originProblem(earlier, later);
  if (other !== undefined) return other;
  const kept = openCheckpoint(earlier, keys, crypto)?.checkpoint;
  const newest = openCheckpoint(later, keys, crypto)?.checkpoint;
  if (kept === undefined) return 'the kept checkpoint has no good signature of the given key';
  if (newest === undefined) return 'the newest checkpoint has no good signature of the given key';
  if (newest.size < kept.size) return 'the newest checkpoint is older than the kept one';
  const proof = consistency.map(base64Bytes).filter((hash) => hash !== undefined);
  return isConsistent(kept, newest, { proof, hashes: treeHashes(crypto.sha256) })
    ? undefined
    : 'the newest checkpoint is not shown to continue the kept one';
};

const originProblem = (earlier: string, later: string): string | undefined => {
  const [from, to] = [parseCheckpoint(earlier)?.origin, parseCheckpoint(later)?.origin];
  const isOther = from !== undefined && to !== undefined && from !== to;
  return isOther ? otherLog(from, to) : undefined;
};

/** That what was kept is not of the log there is. */
export const otherLog = (kept: string, there: string): string =>
  `the kept checkpoint is of the log ${kept}, and this is the log ${there}`;
