import { quarantineMs, type AgentCapacity, type Quarantine } from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import { isMember } from '../membership/membership-use-cases.js';
import type { JobsState } from '../views/jobs-state.js';
import type { PresentAgent } from './present-agents.js';

type Known = { state: JobsState; farm: Pick<Farm, 'reasons' | 'admission'>; now: string };

/** What an agent says of itself, and what was decided about it. */
export const capacityOf = (
  { description, draining, layers }: PresentAgent,
  { state, farm, now }: Known,
): AgentCapacity => {
  const { agentId } = description;
  const known = state.agents.get(agentId)?.state;
  const { drain, quarantine } = known === undefined || known.status === 'unknown' ? {} : known;
  return {
    ...{
      ...description,
      layers,
      draining: draining || drain !== undefined || !isMember(agentId, state, farm),
    },
    quarantine: quarantine && soon(quarantine, { farm, now }),
  };
};

/** A wall clock that was set back must not make it last for longer. */
const soon = (
  quarantine: Quarantine,
  { farm: { reasons }, now }: { farm: Pick<Farm, 'reasons'>; now: string },
): Quarantine =>
  quarantine.until !== undefined && reasons.ageMs(quarantine) >= quarantineMs(quarantine.times)
    ? { ...quarantine, until: now }
    : quarantine;
