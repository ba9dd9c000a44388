import { type SigningKeyEvent, SigningKeyRevoked, SigningKeyRotated } from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider, type Decision } from '@gild/kernel';
import { z } from 'zod';

const introduction = { keyId: z.string(), publicKey: z.string(), name: z.string() };
export const SigningKeyCommand = oneOf(
  command('IntroduceSigningKey', introduction),
  command('RotateSigningKey', SigningKeyRotated.shape.data.shape),
  command('RevokeSigningKey', { ...SigningKeyRevoked.shape.data.shape, inUse: z.string() }),
);
export type SigningKeyCommand = z.infer<typeof SigningKeyCommand>;

/** What is on record before that time; absent: nothing. */
type Belief = { since?: string | undefined };

/** Whether a revocation takes away some of what another one left. */
export const believesLess = (one: Belief, other: Belief): boolean =>
  other.since !== undefined && (one.since === undefined || one.since < other.since);

export type SigningKeysState = {
  /** The name of the log: that which its first key was recorded with. */
  origin: string | undefined;
  /** In the order in which they were taken into use last. */
  known: readonly { keyId: string; publicKey: string }[];
  /** How far each is believed still; of a key that was revoked more than once the last is what counts. */
  revoked: Readonly<Record<string, Belief>>;
};

export type SigningKeyRejection =
  | { code: 'KEY_NOT_FOUND'; known: readonly string[] }
  /** Nothing could be signed any more. */
  | { code: 'KEY_IN_USE' }
  | { code: 'KEY_REVOKED' }
  /** Another process named the log at the same time. */
  | { code: 'ORIGIN_DIFFERS'; origin: string };

type DataOf<T extends SigningKeyCommand['type']> = Extract<SigningKeyCommand, { type: T }>['data'];

/** The keys that a history was signed with. */
export const signingKeys: Decider<SigningKeysState, SigningKeyCommand, SigningKeyEvent, SigningKeyRejection> =
  {
    initial: { origin: undefined, known: [], revoked: {} },
    decide: ({ type, data }, state) => {
      switch (type) {
        case 'IntroduceSigningKey':
          return introduce(data, state);
        case 'RotateSigningKey':
          return isKnown(data, state) ? accept() : accept({ type: 'SigningKeyRotated', data });
        case 'RevokeSigningKey':
          return revoke(data, state);
      }
    },
    evolve: (state, { type, data }) => {
      switch (type) {
        case 'SigningKeyIntroduced':
        case 'SigningKeyRotated':
          return {
            ...state,
            origin: state.origin ?? data.name,
            known: [...withoutKey(data, state), { keyId: data.keyId, publicKey: data.publicKey }],
          };
        case 'SigningKeyRevoked':
          return { ...state, revoked: { ...state.revoked, [data.keyId]: { since: data.since } } };
      }
    },
  };

type KeysDecision = Decision<SigningKeyEvent, SigningKeyRejection>;

const isKnown = ({ publicKey }: { publicKey: string }, { known }: SigningKeysState): boolean =>
  known.some((key) => key.publicKey === publicKey);

const withoutKey = ({ publicKey }: { publicKey: string }, { known }: SigningKeysState) =>
  known.filter((key) => key.publicKey !== publicKey);

const introduce = (data: DataOf<'IntroduceSigningKey'>, state: SigningKeysState): KeysDecision => {
  if (state.revoked[data.keyId] !== undefined) return reject({ code: 'KEY_REVOKED' });
  const { origin = data.name } = state;
  if (origin !== data.name) return reject({ code: 'ORIGIN_DIFFERS', origin });
  const before = state.known.at(-1);
  if (before?.publicKey === data.publicKey) return accept();
  const replaced = before === undefined ? {} : { replaces: before.keyId };
  return accept({ type: 'SigningKeyIntroduced', data: { ...data, ...replaced } });
};

const revoke = (
  { inUse, ...data }: DataOf<'RevokeSigningKey'>,
  { known, revoked }: SigningKeysState,
): KeysDecision => {
  const ids = known.map(({ keyId }) => keyId);
  if (!ids.includes(data.keyId)) return reject({ code: 'KEY_NOT_FOUND', known: ids });
  const before = revoked[data.keyId];
  if (before !== undefined && !believesLess(data, before)) return accept();
  return data.keyId === inUse ? reject({ code: 'KEY_IN_USE' }) : accept({ type: 'SigningKeyRevoked', data });
};
