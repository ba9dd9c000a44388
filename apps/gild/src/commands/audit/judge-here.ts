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

/** What a key kept elsewhere says against a report; undefined when nothing. */
export const reportProblem = (
  report: AuditReport,
  kept: string | undefined,
  publicKey: Uint8Array,
): string | undefined => {
  const { checkpoint: later, kept: judged } = report;
  const keys = [keyOf(later, publicKey)];
  if (openCheckpoint(later, keys, crypto) === undefined)
    return 'the newest checkpoint has no good signature of the given key';
  if (kept === undefined || judged?.verdict !== 'same' || judged.size > report.signed) return undefined;
  return keptHeadProblem({ earlier: kept, later, consistency: judged.consistency ?? [] }, keys, crypto);
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
