import { AgentJoined, AgentRemoved, type MembershipEvent } from '@gild/contracts';
import { accept, command, type Decider, oneOf, reject } from '@gild/kernel';
import type { z } from 'zod';

export const MembershipCommand = oneOf(
  command('AdmitAgent', AgentJoined.shape.data.shape),
  command('RemoveAgent', AgentRemoved.shape.data.shape),
);
export type MembershipCommand = z.infer<typeof MembershipCommand>;

export type MembershipRejection = { code: 'AGENT_ID_TAKEN' | 'AGENT_NOT_FOUND' | 'JOIN_TOKEN_USED' };

export type MembershipState =
  | { status: 'stranger' }
  | { status: 'removed'; tokenId: string | undefined }
  | { status: 'joined'; publicKey: string; tokenId: string };

/**
 * Who takes part under a name: the one with this key, until it is removed. Then the name is free for whoever has another token
 * than the one that was removed.
 */
export const membership: Decider<MembershipState, MembershipCommand, MembershipEvent, MembershipRejection> = {
  initial: { status: 'stranger' },
  decide: ({ type, data }, state) => {
    switch (type) {
      case 'AdmitAgent':
        if (state.status === 'removed' && state.tokenId === data.tokenId)
          return reject({ code: 'JOIN_TOKEN_USED' });
        if (state.status !== 'joined') return accept({ type: 'AgentJoined', data });
        return state.publicKey === data.publicKey ? accept() : reject({ code: 'AGENT_ID_TAKEN' });
      case 'RemoveAgent':
        if (state.status === 'stranger') return reject({ code: 'AGENT_NOT_FOUND' });
        return state.status === 'joined' ? accept({ type: 'AgentRemoved', data }) : accept();
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'AgentJoined':
        return { status: 'joined', publicKey: data.publicKey, tokenId: data.tokenId };
      case 'AgentRemoved':
        return { status: 'removed', tokenId: state.status === 'joined' ? state.tokenId : undefined };
    }
  },
};
