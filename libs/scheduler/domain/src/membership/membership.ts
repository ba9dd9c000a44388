import { AgentJoined, AgentReadmitted, AgentRemoved, type MembershipEvent } from '@gild/contracts';
import { accept, command, type Decider, type Decision, epochMs, oneOf, reject } from '@gild/kernel';
import { z } from 'zod';

export const MembershipCommand = oneOf(
  command('AdmitAgent', { ...AgentJoined.shape.data.shape, now: z.string() }),
  command('RemoveAgent', AgentRemoved.shape.data.shape),
  command('ReadmitAgent', AgentReadmitted.shape.data.shape),
);
export type MembershipCommand = z.infer<typeof MembershipCommand>;

/** `AGENT_ID_HELD`: whoever was removed may still be able to speak under the name, which is nobody else's until then. */
export type MembershipRejection = {
  code: 'AGENT_ID_TAKEN' | 'AGENT_ID_HELD' | 'AGENT_REMOVED' | 'AGENT_NOT_FOUND' | 'JOIN_TOKEN_USED';
};

export type MembershipState =
  | { status: 'stranger' }
  | (Member & { status: 'removed'; until: string | undefined; readmitted: boolean })
  | (Member & { status: 'joined' });

/** Its key, and every token it ever showed. */
type Member = { publicKey: string; tokenIds: readonly string[] };

/**
 * Who takes part under a name: the one with this key, until it is removed. Then it is nobody's until somebody readmits it: what
 * joins by itself at every start stays out. Readmitted, it is free for whoever has a token that was not shown under it before, and, with
 * another key, once nobody can speak under it with what was given before.
 */
export const membership: Decider<MembershipState, MembershipCommand, MembershipEvent, MembershipRejection> = {
  initial: { status: 'stranger' },
  decide: ({ type, data }, state) => {
    switch (type) {
      case 'AdmitAgent':
        return admit(data, state);
      case 'RemoveAgent':
        if (state.status === 'stranger') return reject({ code: 'AGENT_NOT_FOUND' });
        return isShutOut(state) ? accept() : accept({ type: 'AgentRemoved', data });
      case 'ReadmitAgent':
        if (state.status === 'stranger') return reject({ code: 'AGENT_NOT_FOUND' });
        return isShutOut(state) ? accept({ type: 'AgentReadmitted', data }) : accept();
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'AgentJoined':
        return { status: 'joined', publicKey: data.publicKey, tokenIds: [...tokensOf(state), data.tokenId] };
      case 'AgentRemoved':
        return state.status === 'stranger'
          ? state
          : { ...state, status: 'removed', until: data.credentialsUntil, readmitted: false };
      case 'AgentReadmitted':
        return state.status === 'removed' ? { ...state, readmitted: true } : state;
    }
  },
};

/** Whether nobody may join under the name. */
export const isShutOut = (state: MembershipState): boolean => state.status === 'removed' && !state.readmitted;

const tokensOf = (state: MembershipState): readonly string[] =>
  state.status === 'stranger' ? [] : state.tokenIds;

const admit = (
  { now, ...data }: Extract<MembershipCommand, { type: 'AdmitAgent' }>['data'],
  state: MembershipState,
): Decision<MembershipEvent, MembershipRejection> => {
  if (isShutOut(state)) return reject({ code: 'AGENT_REMOVED' });
  const isRepeated = tokensOf(state).includes(data.tokenId);
  const isOther = hasAnotherKey(state, data.publicKey);
  if (state.status === 'joined' && isOther) return reject({ code: 'AGENT_ID_TAKEN' });
  if (isRepeated) return state.status === 'joined' ? accept() : reject({ code: 'JOIN_TOKEN_USED' });
  if (isOther && isHeld(state, now)) return reject({ code: 'AGENT_ID_HELD' });
  return accept({ type: 'AgentJoined', data });
};

const hasAnotherKey = (state: MembershipState, publicKey: string): boolean =>
  state.status !== 'stranger' && state.publicKey !== publicKey;

/** Whether what the removed one was given may still be good. */
const isHeld = (state: MembershipState, now: string): boolean =>
  state.status === 'removed' && state.until !== undefined && epochMs(now) < epochMs(state.until);
