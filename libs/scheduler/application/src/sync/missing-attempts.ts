import type { SyncRequest } from '@gild/contracts';
import { highestAttempt } from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';
import type { JobEntry, JobsState } from '../views/jobs-state.js';
import { attemptsOf, isListed } from './desired-state.js';
import { orUndecided } from './undecided.js';

/** One message may be old: only an agent that leaves an attempt out twice in a row has dropped it. */
const MISSED_FOR_SURE = 2;

/**
 * Renews the leases of what the agent works on, and gives up what it has dropped. Returns whether anything may have
 * been dropped, so that the agent is asked again at once.
 */
export const compareWithGrants = async (
  request: SyncRequest,
  { farm, state }: { farm: Farm; state: JobsState },
): Promise<boolean> => {
  let doubtful = false;
  for (const entry of attemptsOf(request.agent.agentId, state)) {
    if (isListed(entry, request)) {
      farm.leases.renew(entry);
      continue;
    }
    const reason = whyLost(entry, request, farm);
    if (reason === 'doubtful') doubtful = true;
    else if (reason !== undefined) {
      const { jobId } = entry.record.request;
      const lost = await orUndecided(lose(entry, reason, farm), { of: { jobId }, report: farm.report });
      // Whoever dropped it is not to begin it again under the same number.
      if (lost === 'undecided') farm.leases.of(entry).missed = MISSED_FOR_SURE;
    }
  }
  return doubtful;
};

/** Undefined: it was granted just now, and the agent has not heard of it. */
const whyLost = (entry: JobEntry, { agent }: SyncRequest, { leases }: Farm): string | undefined => {
  if (entry.sessionId !== undefined && entry.sessionId !== agent.sessionId) {
    return `agent ${agent.agentId} was restarted`;
  }
  const lease = leases.of(entry);
  if (!lease.confirmed && !isKnownToAgent(entry)) return undefined;
  lease.missed += 1;
  return lease.missed < MISSED_FOR_SURE ? 'doubtful' : `agent ${agent.agentId} no longer works on it`;
};

/** It reported something, or will never hear of it because the build is being cancelled. */
const isKnownToAgent = ({ record: { state } }: JobEntry): boolean =>
  state.status === 'cancelling' || (state.status === 'running' && (state.attempts.at(-1)?.facts ?? 0) > 0);

const lose = async (entry: JobEntry, message: string, farm: Farm): Promise<void> => {
  const { leases, hearing, clock } = farm;
  const { jobId } = entry.record.request;
  const attempt = highestAttempt(entry.record.state);
  const unheard = leases.isUnheard(entry, hearing.forMs());
  const tookMs = leases.tookUntilHeardMs({ jobId, attempt }, hearing.forMs());
  const data = { attempt, message, unheard, now: clock.now(), tookMs };
  await farm.decideJob(jobId, { type: 'LoseAttempt', data }, { actor: SCHEDULER });
};
