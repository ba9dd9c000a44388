import { type AuditReport, EventProof } from '@gild/contracts';
import { sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import {
  judgeProof,
  keptHeadProblem,
  openCheckpoint,
  parseCheckpoint,
  type ProofVerdict,
} from '@gild/proof-domain';
import { Fault } from '@gild/ports';

const crypto = { sha256: sha256OfBytes, verify: verifyEd25519 };

/** A key is known by its bytes; the name in the note is taken for its own. */
const keyOf = (note: string, publicKey: Uint8Array) => ({
  name: parseCheckpoint(note)?.origin ?? '',
  publicKey,
});

/** What somebody kept elsewhere of the history: the text of a checkpoint, the public keys, several where one was rotated. */
export type KeptElsewhere = { checkpoint: string | undefined; publicKeys: readonly Uint8Array[] };

/**
 * What is wrong with a report by what was kept; undefined when nothing. With a key all follows from the notes and the hashes of the
 * proof; without one the farm is believed, but it has to say something.
 */
export const reportProblem = (
  { checkpoint: later, kept: judged }: AuditReport,
  { checkpoint: earlier, publicKeys }: KeptElsewhere,
): string | undefined => {
  if (publicKeys.length === 0)
    return earlier === undefined || judged !== undefined
      ? undefined
      : 'the farm does not say whether the history continues the kept checkpoint';
  const keys = publicKeys.map((publicKey) => keyOf(later, publicKey));
  if (openCheckpoint(later, keys, crypto) === undefined)
    return 'the newest checkpoint has no good signature of the given key';
  return earlier === undefined
    ? undefined
    : keptHeadProblem({ earlier, later, consistency: judged?.consistency ?? [] }, keys, crypto);
};

/** The proof in a text, judged by the key alone. Fault: INVALID_REQUEST when the text is none. */
export const judgeProofText = (
  text: string,
  publicKey: Uint8Array,
): { proof: EventProof; verdict: ProofVerdict } => {
  const proof = proofIn(text);
  return { proof, verdict: judgeProof(proof, [keyOf(proof.checkpoint, publicKey)], crypto) };
};

const proofIn = (text: string): EventProof => {
  const parsed = EventProof.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_REQUEST', 'expected a proof as gild audit proof writes it, found another text');
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
