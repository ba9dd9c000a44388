import type { Failure, JobEvent } from '@gild/contracts';
import { recordedReason } from '@gild/contracts';
import { highestAttempt, isTrouble, lossOf, withTrouble, type AgentState } from '@gild/scheduler-domain';
import type { JobEntry, JobsState } from './jobs-state.js';

/** Quarantines in a row of an agent. */
export const roundOf = (agent: AgentState): number =>
  agent.status === 'unknown' ? 0 : (agent.quarantine?.times ?? 0);

/** What an end of an attempt says about the agent that had it, if it had it in the round that lasts. */
export const judgeAgent = (
  { agents }: JobsState,
  { record, round }: JobEntry,
  { event, time }: { event: JobEvent; time: string },
): void => {
  if (!ENDS.has(event.type)) return;
  const { agentId = '', request, state } = record;
  const entry = agents.get(agentId);
  if (entry === undefined || round !== roundOf(entry.state)) return;
  if (event.type === 'BuildCompleted') agents.set(agentId, { ...entry, troubles: [], proven: true });
  const failure = failureOf(event);
  if (failure === undefined || !isTrouble(failure)) return;
  const { code, message } = failure;
  const trouble = { jobId: request.jobId, attempt: highestAttempt(state), code, time };
  const troubles = withTrouble(entry.troubles, { ...trouble, message: recordedReason(message) });
  agents.set(agentId, { ...entry, troubles });
};

const ENDS: ReadonlySet<JobEvent['type']> = new Set(['AttemptFailed', 'AttemptLost', 'BuildCompleted']);

const failureOf = ({ type, data }: JobEvent): Failure | undefined => {
  if (type === 'AttemptFailed') return data.failure;
  return type === 'AttemptLost' ? lossOf(data) : undefined;
};
