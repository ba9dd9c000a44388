import { DsseEnvelope, ProvenanceEvent, type SignedProvenance, streams } from '@gild/contracts';
import { chosenArtifact, eventParser, loadState } from '@gild/application-core';
import { versionProvenance } from '@gild/proof-domain';
import { Fault, faultCode } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';

type Sources = Pick<ProofDeps, 'store' | 'objects'>;
export type ProvenanceQuery = { image: string; version: string; arch?: string | undefined };

const parse = eventParser(ProvenanceEvent);

/** The newest envelope of a version's image file. Faults: NOT_SIGNED, INVALID_REQUEST, ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED. */
export const storedProvenance = async (
  { image, version, arch }: ProvenanceQuery,
  { store, objects }: Sources,
): Promise<DsseEnvelope> => {
  const name = `${image}@${version}`;
  const stream = streams.provenance(image, version);
  const { state } = await loadState(store, stream, { decider: versionProvenance, parse });
  const signing = state.signed.at(-1);
  if (signing === undefined) throw unsigned(name);
  return readEnvelope(name, chosenArtifact(name, signing.envelopes, arch).object, objects);
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
