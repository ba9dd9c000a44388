import { AgentEvent, MembershipEvent } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { agent, membership } from '@gild/scheduler-domain';
import type { AgentEntry, JobsState } from './jobs-state.js';

const parseAgent = eventParser(AgentEvent);
const parseMembership = eventParser(MembershipEvent);

/** Whether the agent belongs to the farm. */
export const applyMembershipEvent = ({ members }: JobsState, id: string, recorded: RecordedEvent): void => {
  const event = parseMembership(recorded);
  if (event === undefined) return;
  members.set(id, membership.evolve(members.get(id) ?? membership.initial, event));
};

/** A message of a session longer ago than this is not around any more. */
const SESSIONS_REMEMBERED = 20;

export const applyAgentEvent = ({ agents }: JobsState, id: string, recorded: RecordedEvent): void => {
  const event = parseAgent(recorded);
  if (event === undefined) return;
  const before = agents.get(id) ?? UNKNOWN;
  const state = agent.evolve(before.state, event);
  const standing = ANEW.has(event.type) ? { troubles: [], proven: false } : {};
  agents.set(id, { ...before, state, pastSessions: pastSessions(before, state), ...standing });
};

const UNKNOWN: AgentEntry = { state: agent.initial, pastSessions: [], troubles: [], proven: false };

/** After these the agent is judged by what follows alone. */
const ANEW: ReadonlySet<AgentEvent['type']> = new Set(['AgentQuarantined', 'AgentReleased']);

const pastSessions = (
  { state, pastSessions: past }: AgentEntry,
  next: AgentEntry['state'],
): readonly string[] => {
  const [old, present] = [sessionOf(state), sessionOf(next)];
  if (old === undefined || old === present) return past;
  return [...past.filter((session) => session !== present), old].slice(-SESSIONS_REMEMBERED);
};

const sessionOf = (state: AgentEntry['state']): string | undefined =>
  state.status === 'unknown' ? undefined : state.announced.sessionId;
