import type { AuditFinding, KeptCheckpoint } from '@gild/contracts';
import {
  base64,
  type Checkpoint,
  consistencyRanges,
  openCheckpoint,
  otherLog,
  parseCheckpoint,
  sameBytes,
} from '@gild/proof-domain';
import { Fault, faultCode } from '@gild/ports';
import type { Revocations } from '../keys/revocations.js';
import { keyIdText, type Proving } from '../signing.js';
import { checkpointFinding } from './findings.js';
import type { VerifiedTiles } from './verified-tiles.js';
import type { VerifiedHistory } from './verify-history.js';

/** A checkpoint that somebody kept, and why its signature is not believed. */
export type Kept = { checkpoint: Checkpoint; objection: string | undefined };

/** Fault: INVALID_REQUEST when the text is no checkpoint. */
export const keptCheckpoint = async (
  note: string,
  proving: Proving,
  revocations: Revocations,
): Promise<Kept> => {
  const opened = openCheckpoint(note, proving.keys, proving.crypto);
  if (opened !== undefined) {
    const { checkpoint, signedBy } = opened;
    const why = await revocations.ofCheckpoint(keyIdText(signedBy, proving), checkpoint.size);
    return { checkpoint, objection: why && `the kept checkpoint is not believed: ${why}` };
  }
  const checkpoint = parseCheckpoint(note);
  if (checkpoint !== undefined) return { checkpoint, objection: whyNotOurs(checkpoint, proving) };
  throw new Fault(
    'INVALID_REQUEST',
    'expected a checkpoint as gild audit checkpoint prints it, found another text',
  );
};

const whyNotOurs = ({ origin }: Checkpoint, { keys: [key] }: Proving): string =>
  key === undefined || key.name === origin
    ? 'the kept checkpoint is not signed with a key of this farm'
    : otherLog(origin, key.name);

/** Whether the history there is continues the one that was kept. */
export const judgeKept = (
  { checkpoint: { size, root }, objection }: Kept,
  { events, otherRoot }: VerifiedHistory,
): KeptCheckpoint => {
  if (objection !== undefined) return { size, verdict: 'not-signed', message: objection };
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
