import { objectKeys, ProvenanceEvent, type SignedProvenance, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { canonicalJson } from '@gild/kernel';
import {
  type BuildRecord,
  envelopeKeyId,
  IN_TOTO_TYPE,
  preAuthEncoding,
  provenanceStatement,
  sealedEnvelope,
  versionProvenance,
} from '@gild/proof-domain';
import type { Signer } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { keyIdText, type Proving, requireSigner } from '../signing.js';
import { buildRecords, type PublishedVersion } from './build-records.js';

const parse = eventParser(ProvenanceEvent);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * Writes down from the records how a version came about, signs it, and records that. Records and key decide every byte of it, so it may be
 * done again at any time, by any number of registries. Fault: RECORD_INCOMPLETE.
 */
export const signProvenance = async (
  { published, event }: PublishedVersion,
  deps: ProofDeps,
  proving: Proving,
): Promise<void> => {
  const { imageName, version } = published;
  const signer = requireSigner(deps);
  const keyId = keyIdText(signer, proving);
  const envelopes: SignedProvenance[] = [];
  for (const record of await buildRecords(published, deps))
    envelopes.push(await storedEnvelope(record, { ...deps, signer }, proving));
  await loadDecideAppend(deps, {
    decider: versionProvenance,
    stream: streams.provenance(imageName, version),
    parse,
    command: { type: 'SignProvenance', data: { imageName, version, keyId, envelopes } },
    context: {
      ...{ actor: 'registry', now: deps.clock.now() },
      commandId: `sign provenance ${imageName}@${version} ${keyId}`,
      ...{
        correlationId: event.metadata.correlationId,
        causationId: event.id,
        causationStream: event.stream,
      },
    },
  });
};

const storedEnvelope = async (
  record: BuildRecord,
  deps: ProofDeps & { signer: Signer },
  proving: Proving,
): Promise<SignedProvenance> => {
  const { signer } = deps;
  const statement = provenanceStatement(record, { farm: signer.name, sha256: deps.sha256 });
  const payload = utf8(canonicalJson(statement));
  const signature = await signer.sign(preAuthEncoding(IN_TOTO_TYPE, payload));
  const keyId = envelopeKeyId(signer, proving.crypto);
  const text = canonicalJson(sealedEnvelope({ payloadType: IN_TOTO_TYPE, payload, keyId, signature }));
  const { key, sha256, sizeBytes } = await deps.objects.put(
    objectKeys.provenance(deps.sha256(text)),
    utf8(text),
  );
  const { arch } = record.artifact;
  return { arch, jobId: record.request.jobId, object: { key, sha256, sizeBytes } };
};
