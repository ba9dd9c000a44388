import { createHash, generateKeyPairSync } from 'node:crypto';
import { canonicalJson } from '@gild/kernel';
import { ed25519Signer, sha256OfBytes } from '@gild/node-runtime';
import {
  BUILD_TYPE,
  envelopeKeyId,
  IN_TOTO_TYPE,
  keyIdOf,
  preAuthEncoding,
  publicKeyPem,
  sealedEnvelope,
  hex,
} from '@gild/proof-domain';

export const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

const statementOf = (disk: string | Buffer) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [
    {
      ...{ name: 'web-1.0.0-x86_64.qcow2', digest: { sha256: sha256(disk) } },
      annotations: { image_name: 'web', version: '1.0.0', arch: 'x86_64' },
    },
  ],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      ...{ buildType: BUILD_TYPE, externalParameters: { requested_by: 'ada' }, internalParameters: {} },
      resolvedDependencies: [{ name: 'build inputs', digest: { sha256: sha256('inputs') } }],
    },
    runDetails: {
      builder: { id: 'urn:gild:builder:gild/local/host-1/x86_64' },
      metadata: {
        ...{
          invocationId: 'JOB',
          startedOn: '2026-11-23T09:00:00.000Z',
          finishedOn: '2026-11-23T09:05:00.000Z',
        },
      },
      byproducts: [],
    },
  },
});

/** A farm's key, and what is signed with it. */
export const signingFarm = () => {
  const signer = ed25519Signer('gild/local', generateKeyPairSync('ed25519').privateKey);
  const public_key = publicKeyPem(signer.publicKey);
  const keyId = envelopeKeyId(signer, { sha256: sha256OfBytes });
  return {
    keyId,
    pem: public_key,
    /** As `GET /v1/audit/keys` lists it. */
    key: {
      ...{ name: signer.name, key_id: hex(keyIdOf(signer, sha256OfBytes)), public_key },
      introduced_at: '2026-11-23T08:00:00.000Z',
    },
    envelopeOf: async (disk: string | Buffer) => {
      const payload = new TextEncoder().encode(canonicalJson(statementOf(disk)));
      const signature = await signer.sign(preAuthEncoding(IN_TOTO_TYPE, payload));
      return sealedEnvelope({ payloadType: IN_TOTO_TYPE, payload, keyId, signature });
    },
  };
};
