import { Fault } from '@gild/ports';
import type { JoinTokenRejection } from '@gild/scheduler-domain';

const ANOTHER = 'ask for another one with: gild agent token';

/** What an agent is told that may not take part, and what to do. */
export const refusals = {
  JOIN_TOKEN_UNKNOWN: (_agentId: string) =>
    new Fault(
      'JOIN_TOKEN_UNKNOWN',
      `this farm did not issue such a join token: copy it whole, or ${ANOTHER}`,
    ),
  JOIN_TOKEN_EXPIRED: (_agentId: string) =>
    new Fault('JOIN_TOKEN_EXPIRED', `the join token has expired: ${ANOTHER}`),
  JOIN_TOKEN_USED: (_agentId: string) =>
    new Fault('JOIN_TOKEN_USED', `the join token was used already, and each is for one agent: ${ANOTHER}`),
  JOIN_TOKEN_BOUND: (agentId: string, boundTo: string) =>
    new Fault(
      'JOIN_TOKEN_BOUND',
      `the join token is for agent ${boundTo}, and this is ${agentId}: join with --id ${boundTo}, or ${ANOTHER} --id ${agentId}`,
    ),
  AGENT_ID_TAKEN: (agentId: string) =>
    new Fault(
      'AGENT_ID_TAKEN',
      `an agent ${agentId} with another key belongs to the farm: choose another name with --id, or remove that one with: gild agent remove ${agentId}`,
    ),
  AGENT_ID_HELD: (agentId: string) =>
    new Fault(
      'AGENT_ID_TAKEN',
      `an agent ${agentId} with another key was removed less than a day ago, and may still speak under its name: choose another name with --id, or join later`,
    ),
  AGENT_REMOVED: (agentId: string) =>
    new Fault(
      'AGENT_REMOVED',
      `agent ${agentId} was removed from the farm, and does not come back by itself: to let it join again, use: gild agent readmit ${agentId}`,
    ),
  AGENT_NOT_FOUND: (agentId: string) =>
    new Fault(
      'AGENT_NOT_FOUND',
      `no agent ${agentId} ever joined this farm: gild agent list names those it knows`,
    ),
  AGENT_NOT_JOINED: (agentId: string) =>
    new Fault(
      'AGENT_NOT_JOINED',
      `agent ${agentId} does not belong to the farm: have it join with: gild agent join; if it was removed, after: gild agent readmit ${agentId}`,
    ),
} as const;

/** Why the agent cannot have the token. */
export const tokenRefusal = (rejection: JoinTokenRejection, agentId: string): Fault =>
  rejection.code === 'JOIN_TOKEN_BOUND'
    ? refusals.JOIN_TOKEN_BOUND(agentId, rejection.boundTo)
    : refusals[rejection.code](agentId);
