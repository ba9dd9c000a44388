import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { DsseEnvelope } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { crypto } from '../known-trees.spec.js';
import { publicKeyOfPem } from '../public-key.js';
import type { BuildRecord } from './build-record.js';
import { envelopeKeyId, preAuthEncoding, sealedEnvelope } from './dsse.js';
import { provenanceStatement } from './provenance-statement.js';
import { IN_TOTO_TYPE } from './statement.js';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const stored = (key: string) => ({ key: `${key}/${digest(key)}`, sha256: digest(key), sizeBytes: 1 });

/** What is on record of one image file, with everything that may be. */
export const record: BuildRecord = {
  ...{ version: '1.0.0', attempt: 2, agentId: 'host-1', emulated: true },
  ...{ startedOn: '2026-11-23T09:00:00.000Z', finishedOn: '2026-11-23T09:05:00.000Z' },
  request: {
    ...{ jobId: 'JOB', imageName: 'web', imageVersion: '1.0.0', buildNumber: 7, arch: 'aarch64' },
    ...{ definition: { name: 'web', arch: 'aarch64' }, definitionDigest: digest('definition') },
    ...{ inputDigest: digest('inputs'), priority: 0, requestedBy: 'ada', useCache: true, bootTest: true },
    ...{ infrastructureRetries: 3, timeoutMs: 1 },
  },
  artifact: {
    object: { ...stored('images'), key: `images/${digest('images')}.raw.zst` },
    ...{ arch: 'aarch64', format: 'raw', virtualSizeBytes: 1, rootfsSha256: digest('root') },
    ...{ packages: stored('packages'), taskservVersions: {}, packageState: stored('package-states') },
  },
  inputs: {
    engine: 5,
    taskservs: [
      {
        name: 'k3s',
        installation: {
          downloads: [
            { url: 's3+https://ada:secret@files.test/k3s?a=b@c', sha256: digest('k3s'), arch: 'aarch64' },
            { url: 'https://files.test/k3s-amd64', sha256: digest('amd64'), arch: 'x86_64' },
          ],
        },
      },
    ],
    base: { imageName: 'base', version: '2.0.0', checksum: digest('base') },
  },
};

const pair = generateKeyPairSync('ed25519');
export const publicKey =
  publicKeyOfPem(pair.publicKey.export({ type: 'spki', format: 'pem' }) as string) ?? new Uint8Array();
export const KEY_ID = envelopeKeyId({ name: 'gild/local', publicKey }, crypto);

/** The text in an envelope that the key signed. */
export const signed = (text: string, payloadType = IN_TOTO_TYPE): DsseEnvelope => {
  const payload = new TextEncoder().encode(text);
  const signature = sign(null, preAuthEncoding(payloadType, payload), pair.privateKey);
  return sealedEnvelope({ payloadType, payload, keyId: KEY_ID, signature });
};

export const statement = provenanceStatement(record, { farm: 'gild/local', sha256: digest });
export const envelope = signed(canonicalJson(statement));
