import type { AuditFinding, KeptCheckpoint } from '@gild/contracts';
import {
  base64,
  type Checkpoint,
  consistencyRanges,
  openCheckpoint,
  parseCheckpoint,
  sameBytes,
} from '@gild/proof-domain';
import { Fault, faultCode } from '@gild/ports';
import type { Proving } from '../signing.js';
import { checkpointFinding } from './findings.js';
import type { VerifiedTiles } from './verified-tiles.js';
import type { VerifiedHistory } from './verify-history.js';

/** A checkpoint that somebody kept, and whether it has a good signature of ours. */
export type Kept = { checkpoint: Checkpoint; isSigned: boolean };

/** Fault: INVALID_REQUEST when the text is no checkpoint. */
export const keptCheckpoint = (note: string, { keys, crypto }: Proving): Kept => {
  const opened = openCheckpoint(note, keys, crypto)?.checkpoint;
  const checkpoint = opened ?? parseCheckpoint(note);
  if (checkpoint !== undefined) return { checkpoint, isSigned: opened !== undefined };
  throw new Fault(
    'INVALID_REQUEST',
    'expected a checkpoint as gild audit checkpoint prints it, found another text',
  );
};

/** Whether the history there is continues the one that was kept. */
export const judgeKept = (
  { checkpoint: { size, root }, isSigned }: Kept,
  { events, otherRoot }: VerifiedHistory,
): KeptCheckpoint => {
  if (!isSigned)
    return {
      size,
      verdict: 'not-signed',
      message: 'the kept checkpoint is not signed with the key of this farm',
    };
  const kept = `the kept checkpoint has ${String(size)} events`;
  if (otherRoot === undefined) {
    const message = `${kept}, and there are ${String(events)}: an older history was put in the place of this one`;
    return { size, verdict: 'shorter', message };
  }
  return sameBytes(otherRoot, root)
    ? { size, verdict: 'same', message: `${kept}, and all of them are there as they were` }
    : {
        size,
        verdict: 'different',
        message: `${kept}, and the first ${String(size)} there are now are others`,
      };
};

/** That the kept checkpoint is newer than the newest stored one, though the history continues it. */
export const vanishedFindings = (kept: KeptCheckpoint | undefined, stored: number): AuditFinding[] =>
  kept?.verdict === 'same' && kept.size > stored ? [checkpointFinding(stored, kept.size)] : [];

/** With the proof of what it says, where the stored hashes give one. */
export const withConsistency = async (
  kept: KeptCheckpoint,
  tiles: VerifiedTiles,
): Promise<KeptCheckpoint> => {
  if (kept.verdict !== 'same' || kept.size === 0 || kept.size > tiles.size) return kept;
  try {
    const consistency: string[] = [];
    for (const range of consistencyRanges(kept.size, tiles.size))
      consistency.push(base64(await tiles.rangeHash(range)));
    return { ...kept, consistency };
  } catch (error) {
    if (faultCode(error) !== 'ARTIFACT_DAMAGED') throw error;
    return kept; // the report names the damaged tile
  }
};
