import { base64Bytes } from '@gild/contracts';
import { preAuthEncoding } from './provenance/dsse.js';
import { publicKeyOfPem } from './public-key.js';
import type { NoteCrypto } from './signed-note.js';

/** A new key in PEM, the id of the key before, and the signature of that in base64. */
export type Rotation = { publicKey: string; from: string; signature: string };

/** What the key before signs to vouch for a new one. */
export const rotationMessage = (publicKey: string): Uint8Array =>
  preAuthEncoding('application/x-pem-file', new TextEncoder().encode(publicKey));

/** Why the key before does not vouch for the new one; undefined when it does. `publicKeyOf`: the PEM of a key that was on record then. */
export const rotationProblem = (
  { publicKey, from, signature }: Rotation,
  publicKeyOf: (keyId: string) => string | undefined,
  crypto: Pick<NoteCrypto, 'verify'>,
): string | undefined => {
  const before = publicKeyOfPem(publicKeyOf(from) ?? '');
  if (before === undefined) return `key ${from}, which is to vouch for it, was not on record`;
  const bytes = base64Bytes(signature);
  return bytes !== undefined && crypto.verify(before, rotationMessage(publicKey), bytes)
    ? undefined
    : `key ${from} does not vouch for it: the recorded signature is not good`;
};
