import type { JoinTokenEvent } from '@gild/contracts';
import { accept, command, type Decider, type Decision, epochMs, oneOf, reject } from '@gild/kernel';
import { z } from 'zod';

const issue = {
  tokenId: z.string(),
  secretSha256: z.string(),
  expiresAt: z.string(),
  agentId: z.string().optional(),
  labels: z.array(z.string()),
  by: z.string(),
};
const use = {
  tokenId: z.string(),
  secretSha256: z.string(),
  agentId: z.string(),
  publicKey: z.string(),
  now: z.string(),
};
export const JoinTokenCommand = oneOf(command('IssueJoinToken', issue), command('UseJoinToken', use));
export type JoinTokenCommand = z.infer<typeof JoinTokenCommand>;

/** An unknown token and a wrong secret are one: nobody learns which tokens there are. */
export type JoinTokenRejection =
  | { code: 'JOIN_TOKEN_UNKNOWN' | 'JOIN_TOKEN_EXPIRED' | 'JOIN_TOKEN_USED' }
  | { code: 'JOIN_TOKEN_BOUND'; boundTo: string };

type Issued = {
  secretSha256: string;
  expiresAt: string;
  /** The only name it is good for; absent: any. */
  boundTo?: string;
  labels: readonly string[];
};
export type JoinTokenState =
  | { status: 'absent' }
  | ({ status: 'open' } & Issued)
  | ({ status: 'used'; agentId: string; publicKey: string } & Issued);

type Use = Extract<JoinTokenCommand, { type: 'UseJoinToken' }>['data'];

/** A right to join one agent: it ends when it is used, or by time. The same agent may use it again, for a lost answer. */
export const joinToken: Decider<JoinTokenState, JoinTokenCommand, JoinTokenEvent, JoinTokenRejection> = {
  initial: { status: 'absent' },
  decide: ({ type, data }, state) => {
    switch (type) {
      case 'IssueJoinToken':
        return state.status === 'absent' ? accept({ type: 'JoinTokenIssued', data }) : accept();
      case 'UseJoinToken':
        return decideUse(data, state);
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'JoinTokenIssued': {
        const { secretSha256, expiresAt, agentId, labels = [] } = data;
        const bound = agentId === undefined ? {} : { boundTo: agentId };
        return { status: 'open', secretSha256, expiresAt, ...bound, labels };
      }
      case 'JoinTokenUsed': {
        const { agentId, publicKey } = data;
        return state.status === 'open' ? { ...state, status: 'used', agentId, publicKey } : state;
      }
    }
  },
};

const decideUse = (
  { secretSha256, now, ...used }: Use,
  state: JoinTokenState,
): Decision<JoinTokenEvent, JoinTokenRejection> => {
  if (state.status === 'absent' || state.secretSha256 !== secretSha256)
    return reject({ code: 'JOIN_TOKEN_UNKNOWN' });
  if (epochMs(now) >= epochMs(state.expiresAt)) return reject({ code: 'JOIN_TOKEN_EXPIRED' });
  if (state.status === 'open') return firstUse(used, state);
  return state.agentId === used.agentId && state.publicKey === used.publicKey
    ? accept()
    : reject({ code: 'JOIN_TOKEN_USED' });
};

const firstUse = (
  used: Omit<Use, 'secretSha256' | 'now'>,
  { boundTo = used.agentId }: Issued,
): Decision<JoinTokenEvent, JoinTokenRejection> =>
  boundTo === used.agentId
    ? accept({ type: 'JoinTokenUsed', data: used })
    : reject({ code: 'JOIN_TOKEN_BOUND', boundTo });
