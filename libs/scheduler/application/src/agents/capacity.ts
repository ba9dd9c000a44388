import type { AgentCapacity } from '@gild/scheduler-domain';
import type { JobsState } from '../views/jobs-state.js';
import type { PresentAgent } from './present-agents.js';

/** What it says of itself, and what was decided about it. */
export const capacityOf = (
  { description, draining, layers }: PresentAgent,
  { agents }: JobsState,
): AgentCapacity => {
  const known = agents.get(description.agentId)?.state;
  const { drain, quarantine } = known === undefined || known.status === 'unknown' ? {} : known;
  return { ...description, layers, draining: draining || drain !== undefined, quarantine };
};
