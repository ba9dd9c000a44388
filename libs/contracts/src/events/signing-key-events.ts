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
});

/** Everything that can be recorded in a `keys-…` stream. */
export const SigningKeyEvent = oneOf(SigningKeyIntroduced);
export type SigningKeyEvent = z.infer<typeof SigningKeyEvent>;
