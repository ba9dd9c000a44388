import type { SigningKeyEvent } from '@gild/contracts';
import { accept, command, oneOf, type Decider } from '@gild/kernel';
import { z } from 'zod';

const introduction = { keyId: z.string(), publicKey: z.string(), name: z.string() };
export const SigningKeyCommand = oneOf(command('IntroduceSigningKey', introduction));
export type SigningKeyCommand = z.infer<typeof SigningKeyCommand>;

/** Public keys in PEM. */
export type SigningKeysState = { introduced: readonly string[] };

/** The keys that a history was signed with. */
export const signingKeys: Decider<SigningKeysState, SigningKeyCommand, SigningKeyEvent, never> = {
  initial: { introduced: [] },
  decide: ({ data }, { introduced }) =>
    introduced.includes(data.publicKey) ? accept() : accept({ type: 'SigningKeyIntroduced', data }),
  evolve: ({ introduced }, { data }) => ({ introduced: [...introduced, data.publicKey] }),
};
