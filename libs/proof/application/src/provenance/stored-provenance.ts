import { DsseEnvelope, ProvenanceEvent, type SignedProvenance, streams } from '@gild/contracts';
import { chosenArtifact, eventParser } from '@gild/application-core';
import { Fault, faultCode } from '@gild/ports';
import { keyRevoked, revocationsOf } from '../keys/revocations.js';
import type { ProofDeps } from '../proof-deps.js';

type Sources = Pick<ProofDeps, 'store' | 'objects' | 'registryId'>;
export type ProvenanceQuery = { image: string; version: string; arch?: string | undefined };

const parse = eventParser(ProvenanceEvent);

/** The newest envelope of a version's image file. Faults: NOT_SIGNED, KEY_REVOKED, INVALID_REQUEST, ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED. */
export const storedProvenance = async (
  { image, version, arch }: ProvenanceQuery,
  deps: Sources,
): Promise<DsseEnvelope> => {
  const name = `${image}@${version}`;
  const envelopes = await believedEnvelopes(name, streams.provenance(image, version), deps);
  return readEnvelope(name, chosenArtifact(name, envelopes, arch).object, deps.objects);
};

/** The newest whose key was not revoked before they were on record. */
const believedEnvelopes = async (
  name: string,
  stream: string,
  deps: Sources,
): Promise<readonly SignedProvenance[]> => {
  const revocations = await revocationsOf(deps);
  let why: string | undefined;
  for await (const recorded of deps.store.readStream(stream, { direction: 'backwards' })) {
    const signing = parse(recorded)?.data;
    if (signing === undefined) continue;
    const objection = revocations.ofSignature(signing.keyId, recorded.position);
    if (objection === undefined) return signing.envelopes;
    why ??= objection;
  }
  throw why === undefined ? unsigned(name) : keyRevoked(`the provenance of ${name} is not believed`, why);
};

const unsigned = (name: string): Fault =>
  new Fault(
    'NOT_SIGNED',
    `${name} has no signed provenance yet: it follows within seconds of its publication, or of the start of a farm that has a signing key; the log of the registry says what hinders it`,
  );

const readEnvelope = async (
  name: string,
  object: SignedProvenance['object'],
  objects: ProofDeps['objects'],
): Promise<DsseEnvelope> => {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const piece of objects.read(object)) text += decoder.decode(piece, { stream: true });
  } catch (cause) {
    const code = faultCode(cause);
    if (code !== 'OBJECT_MISSING' && code !== 'OBJECT_DAMAGED') throw cause;
    throw new Fault('ARTIFACT_DAMAGED', `the provenance of ${name}: ${(cause as Error).message}`, { cause });
  }
  return DsseEnvelope.parse(JSON.parse(text));
};
