import { DsseEnvelope } from '@gild/contracts';
import type { NoteCrypto } from '../signed-note.js';
import { openEnvelope } from './dsse.js';
import { IN_TOTO_TYPE, ProvenanceStatement } from './statement.js';

/** `keyId`: as `openEnvelope` tells it. */
export type OpenedProvenance =
  { ok: true; statement: ProvenanceStatement; keyId: string | undefined } | { ok: false; reason: string };

/** The statement in an envelope that the key signed. Needs nothing else. */
export const openProvenance = (
  envelope: unknown,
  publicKey: Uint8Array,
  crypto: NoteCrypto,
): OpenedProvenance => {
  const parsed = DsseEnvelope.safeParse(envelope);
  if (!parsed.success)
    return refused('expected a DSSE envelope as gild provenance prints it, found another document');
  const opened = openEnvelope(parsed.data, { payloadType: IN_TOTO_TYPE, publicKey }, crypto);
  if (!opened.ok) return opened;
  const statement = ProvenanceStatement.safeParse(jsonOf(opened.payload));
  return statement.success
    ? { ok: true, statement: statement.data, keyId: opened.keyId }
    : refused('what is signed is no provenance of an image of Gild');
};

const refused = (reason: string) => ({ ok: false, reason }) as const;

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

/** What a verified statement says of a file, by name; or what it says it is about instead. */
export type FileVerdict =
  { matches: true; imageName: string; version: string; arch: string } | { matches: false; expected: string };

/** Whether the statement is about a file of that digest. */
export const judgeFile = ({ subject }: ProvenanceStatement, sha256: string): FileVerdict => {
  const found = subject.find(({ digest }) => digest.sha256 === sha256);
  if (found === undefined)
    return { matches: false, expected: subject.map(({ digest }) => digest.sha256).join(' or ') };
  const { image_name: imageName, version, arch } = found.annotations;
  return { matches: true, imageName, version, arch };
};
