import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** From here on the history is signed with this key. Nobody trusts a key for being recorded: an auditor brings it. */
export const SigningKeyIntroduced = event('SigningKeyIntroduced', {
  /** First 4 bytes of its key hash in hex (C2SP signed-note). */
  keyId: z.string(),
  /** PEM of the public key. */
  publicKey: z.string(),
  /** Name of the log in its checkpoints. */
  name: z.string(),
  /** The key that was introduced before: somebody put another file in its place. Absent: it is the first, or of an old record. */
  replaces: z.string().optional(),
});

/** The farm made a new key on somebody's order, and signs with it from here on. */
export const SigningKeyRotated = event('SigningKeyRotated', {
  keyId: z.string(),
  publicKey: z.string(),
  name: z.string(),
  /** The key it signed with before. */
  from: z.string(),
  by: z.string(),
  reason: z.string().optional(),
  /** Of the key before over the new one, in base64: DSSE's encoding of the PEM as `application/x-pem-file`. */
  signature: z.string(),
});

/** What was signed with the key is not believed any more. */
export const SigningKeyRevoked = event('SigningKeyRevoked', {
  keyId: z.string(),
  by: z.string(),
  reason: z.string(),
  /** What is on record before the first event that is later than this stays believed; absent: nothing does. */
  since: z.string().optional(),
});

/** Everything that can be recorded in a `keys-…` stream. */
export const SigningKeyEvent = oneOf(SigningKeyIntroduced, SigningKeyRotated, SigningKeyRevoked);
export type SigningKeyEvent = z.infer<typeof SigningKeyEvent>;
