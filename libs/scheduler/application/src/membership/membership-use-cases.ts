import { eventParser, loadDecideAppend, loadState } from '@gild/application-core';
import {
  AGENT_CREDENTIALS_MS,
  type IssueJoinToken,
  type IssueJoinTokenReply,
  type JoinAgent,
  type JoinReply,
  JoinTokenEvent,
  joinTokenOf,
  MembershipEvent,
  partsOfJoinToken,
  type ChangeMembership,
  streams,
  type UserCredentials,
} from '@gild/contracts';
import { epochMs, laterBy } from '@gild/kernel';
import { Fault } from '@gild/ports';
import {
  isShutOut,
  joinToken,
  type JoinTokenCommand,
  membership,
  type MembershipCommand,
  type MembershipState,
} from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import type { Admission } from '../scheduler-deps.js';
import type { JobsState } from '../views/jobs-state.js';
import { refusals, tokenRefusal } from './refusals.js';

const parseToken = eventParser(JoinTokenEvent);
const parseMembership = eventParser(MembershipEvent);

/**
 * A right to join one agent, of that name if it is told; only its digest is recorded. Faults, after which nothing is: AGENT_REMOVED
 * where nobody may join under the name; FORBIDDEN_BY_POLICY in a farm that signs nothing.
 */
export const issueJoinToken = async (
  { actor, agentId, ttlSeconds, labels }: IssueJoinToken,
  farm: Farm,
): Promise<IssueJoinTokenReply> => {
  const { newSecret } = admissionOf(farm);
  if (agentId !== undefined && isShutOut(await memberOf(agentId, farm)))
    throw refusals.AGENT_REMOVED(agentId);
  const secret = newSecret();
  const tokenId = farm.ids.ulid().toLowerCase();
  const expiresAt = laterBy(farm.clock.now(), ttlSeconds * 1000);
  const name = agentId === undefined ? {} : { agentId };
  const data = { tokenId, secretSha256: farm.sha256(secret), expiresAt, ...name, labels, by: actor };
  await decideToken({ type: 'IssueJoinToken', data }, actor, farm);
  return { token: joinTokenOf(tokenId, secret), tokenId, expiresAt };
};

/**
 * Admits the agent that shows the token. Faults: JOIN_TOKEN_UNKNOWN, JOIN_TOKEN_EXPIRED, JOIN_TOKEN_BOUND, JOIN_TOKEN_USED; of a good token
 * AGENT_ID_TAKEN and AGENT_REMOVED, which leave it unused; FORBIDDEN_BY_POLICY in a farm that signs nothing.
 */
export const joinAgent = async (request: JoinAgent, farm: Farm): Promise<JoinReply> => {
  const { credentialsOf, farm: facts } = admissionOf(farm);
  const { token, agentId, publicKey, release } = request;
  const { id: tokenId, secret } = partsOfJoinToken(token);
  const used = { tokenId, secretSha256: farm.sha256(secret), agentId, publicKey, now: farm.clock.now() };
  const use = { type: 'UseJoinToken', data: used } as const;
  const issued = await requireUsable(use, farm);
  await refuseByName(request, farm);
  const decision = await decideToken(use, agentId, farm);
  if (!decision.ok) throw tokenRefusal(decision.rejection, agentId);
  const data = { agentId, publicKey, tokenId, release, labels: [...issued.labels] };
  await decideMembership({ type: 'AdmitAgent', data: { ...data, now: farm.clock.now() } }, agentId, farm);
  return { agentId, farm: facts, credentials: await credentialsOf({ agentId, publicKey }) };
};

/** Faults: AGENT_NOT_FOUND when it never joined. */
export const removeAgent = async (
  { agentId, actor, reason }: ChangeMembership,
  farm: Farm,
): Promise<Changed> => {
  const credentialsUntil = laterBy(farm.clock.now(), AGENT_CREDENTIALS_MS);
  const data = { agentId, by: actor, credentialsUntil, ...(reason === undefined ? {} : { reason }) };
  await decideMembership({ type: 'RemoveAgent', data }, actor, farm);
  farm.bell.ring(agentId);
  return { agent_id: agentId };
};

/** Frees the name of an agent that was removed. Faults: AGENT_NOT_FOUND when it never joined. */
export const readmitAgent = async (
  { agentId, actor, reason }: ChangeMembership,
  farm: Farm,
): Promise<Changed> => {
  const data = { agentId, by: actor, ...(reason === undefined ? {} : { reason }) };
  await decideMembership({ type: 'ReadmitAgent', data }, actor, farm);
  return { agent_id: agentId };
};

type Changed = { agent_id: string };

/** Fresh ones for an agent that is still joined. Faults: AGENT_NOT_JOINED, FORBIDDEN_BY_POLICY. */
export const renewCredentials = async (agentId: string, farm: Farm): Promise<UserCredentials> => {
  const { credentialsOf } = admissionOf(farm);
  const { members } = await farm.view.current();
  const member = members.get(agentId);
  if (member?.status !== 'joined') throw refusals.AGENT_NOT_JOINED(agentId);
  return credentialsOf({ agentId, publicKey: member.publicKey });
};

/** Fault: AGENT_NOT_JOINED where only joined agents may take part, and this one is none. */
export const requireMember = async (agentId: string, farm: Farm): Promise<void> => {
  requireMemberIn(await farm.view.current(), agentId, farm);
};

/** The same of a state that was read already. */
export const requireMemberIn = (state: JobsState, agentId: string, farm: Farm): void => {
  if (!isMember(agentId, state, farm)) throw refusals.AGENT_NOT_JOINED(agentId);
};

/** Whether it may take part: where agents need not join any may. */
export const isMember = (
  agentId: string,
  { members }: Pick<JobsState, 'members'>,
  { admission }: Pick<Farm, 'admission'>,
): boolean => admission === undefined || members.get(agentId)?.status === 'joined';

const admissionOf = ({ admission }: Farm): Admission => {
  if (admission !== undefined) return admission;
  throw new Fault(
    'FORBIDDEN_BY_POLICY',
    'agents of this farm need not join: its scheduler has no key to sign with (GILD_NATS_SIGNING_KEY)',
  );
};

/** A token that may be used so, and is not by this. Looked at before the name, of which only who may join learns anything. */
const requireUsable = async (use: UseJoinToken, { store }: Farm): Promise<{ labels: readonly string[] }> => {
  const { tokenId, agentId } = use.data;
  const { state } = await loadState(store, streams.joinToken(tokenId), {
    decider: joinToken,
    parse: parseToken,
  });
  if (state.status === 'absent') throw refusals.JOIN_TOKEN_UNKNOWN(agentId);
  const decision = joinToken.decide(use, state);
  if (!decision.ok) throw tokenRefusal(decision.rejection, agentId);
  return state;
};

type UseJoinToken = Extract<JoinTokenCommand, { type: 'UseJoinToken' }>;

/** Looked at before the token is used, which is not spent on a name that cannot be had. */
const refuseByName = async ({ agentId, publicKey }: JoinAgent, farm: Farm): Promise<void> => {
  const member = await memberOf(agentId, farm);
  if (isShutOut(member)) throw refusals.AGENT_REMOVED(agentId);
  if (member.status === 'stranger' || member.publicKey === publicKey) return;
  if (member.status === 'joined') throw refusals.AGENT_ID_TAKEN(agentId);
  if (epochMs(farm.clock.now()) < epochMs(member.until ?? '')) throw refusals.AGENT_ID_HELD(agentId);
};

const memberOf = async (agentId: string, farm: Farm): Promise<MembershipState> => {
  const { members } = await farm.view.current();
  return members.get(agentId) ?? membership.initial;
};

const decideToken = (command: JoinTokenCommand, actor: string, farm: Farm) =>
  loadDecideAppend(farm, {
    ...{ decider: joinToken, parse: parseToken, command },
    stream: streams.joinToken(command.data.tokenId),
    context: contextOf(command.data.tokenId, actor, farm),
  });

const decideMembership = async (command: MembershipCommand, actor: string, farm: Farm): Promise<void> => {
  const { agentId } = command.data;
  const decision = await loadDecideAppend(farm, {
    ...{ decider: membership, parse: parseMembership, command },
    stream: streams.agent(agentId),
    context: contextOf(agentId, actor, farm),
  });
  if (!decision.ok) throw refusals[decision.rejection.code](agentId);
};

const contextOf = (correlationId: string, actor: string, { ids, clock }: Farm) => {
  const commandId = ids.uuid();
  return { actor, now: clock.now(), commandId, correlationId, causationId: commandId };
};
