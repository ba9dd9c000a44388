import { quarantineMs, type AgentCapacity, type Quarantine } from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';
import type { PresentAgent } from './present-agents.js';

type Known = { state: JobsState; farm: Pick<Farm, 'reasons'>; now: string };

/** What an agent says of itself, and what was decided about it. */
export const capacityOf = (
  { description, draining, layers }: PresentAgent,
  { state: { agents }, farm, now }: Known,
): AgentCapacity => {
  const known = agents.get(description.agentId)?.state;
  const { drain, quarantine } = known === undefined || known.status === 'unknown' ? {} : known;
  return {
    ...{ ...description, layers, draining: draining || drain !== undefined },
    quarantine: quarantine && soon(quarantine, { farm, now }),
  };
};

/** A wall clock that was set back must not make it last for longer. */
const soon = (quarantine: Quarantine, { farm: { reasons }, now }: Pick<Known, 'farm' | 'now'>): Quarantine =>
  quarantine.until !== undefined && reasons.ageMs(quarantine) >= quarantineMs(quarantine.times)
    ? { ...quarantine, until: now }
    : quarantine;
