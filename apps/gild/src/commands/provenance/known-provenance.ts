import { AuditKeys } from '@gild/contracts';
import { sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { openProvenance, type ProvenanceStatement, publicKeyOfPem } from '@gild/proof-domain';
import { faultCode } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { apiPath, get } from '../context.js';

const crypto = { sha256: sha256OfBytes, verify: verifyEd25519 };

export type SignedStatement =
  { ok: true; statement: ProvenanceStatement; signedWith: string } | { ok: false; reason: string };

/** What a public key alone says of an envelope. */
export const openedWith = (envelope: unknown, publicKey: Uint8Array): SignedStatement => {
  const opened = openProvenance(envelope, publicKey, crypto);
  if (!opened.ok) return opened;
  return { ok: true, statement: opened.statement, signedWith: opened.keyId ?? 'the given key' };
};

/** `at`: as it was then. */
export type NamedImage = {
  image: string;
  version: string;
  arch?: string | undefined;
  at?: string | undefined;
};

/** The envelope of an image file, as the farm has it. */
export const fetchedProvenance = (
  { image, version, arch, at }: NamedImage,
  client: HttpClient,
): Promise<unknown> =>
  get(client, apiPath(['images', image, 'versions', version, 'provenance'], { arch, at }));

/** The same, or undefined where there is none yet. */
export const provenanceIfSigned = (named: NamedImage, client: HttpClient): Promise<unknown> =>
  fetchedProvenance(named, client).catch((error: unknown) => {
    if (faultCode(error) === 'NOT_SIGNED') return undefined;
    throw error;
  });

/** What an envelope says, if it is signed with a key that the farm has on record, or had then: the newest that fits. */
export const openedByFarm = async (
  envelope: unknown,
  client: HttpClient,
  at?: string,
): Promise<SignedStatement> => {
  const { keys } = AuditKeys.parse(await get(client, apiPath(['audit', 'keys'], { at })));
  let reason = 'the farm has no signing key on record';
  for (const { public_key: pem, name, key_id } of keys.toReversed()) {
    const publicKey = publicKeyOfPem(pem);
    const opened = publicKey && openedWith(envelope, publicKey);
    if (opened?.ok === true) return { ...opened, signedWith: `${name}+${key_id}` };
    if (opened !== undefined) ({ reason } = opened);
  }
  return { ok: false, reason };
};
