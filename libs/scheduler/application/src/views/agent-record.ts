import type { Failure, JobEvent } from '@gild/contracts';
import { recordedReason } from '@gild/contracts';
import { highestAttempt, isTrouble, lossOf, withTrouble, type AgentState } from '@gild/scheduler-domain';
import type { AgentEntry, JobEntry, JobsState } from './jobs-state.js';

/** Quarantines in a row of an agent. */
export const roundOf = (agent: AgentState): number =>
  agent.status === 'unknown' ? 0 : (agent.quarantine?.times ?? 0);

/** What an end of an attempt says about the agent that had it, if it had it in the round that lasts. */
export const judgeAgent = (
  state: JobsState,
  job: JobEntry,
  { event, time }: { event: JobEvent; time: string },
): void => {
  if (event.type === 'BuildCompleted') return change(state, job, { troubles: [], proven: true });
  const failure = failureOf(event);
  if (failure === undefined || !isTrouble(failure)) return;
  const { code, message } = failure;
  const { request, state: standing, agentId = '' } = job.record;
  const trouble = { jobId: request.jobId, attempt: highestAttempt(standing), code, time };
  const before = state.agents.get(agentId)?.troubles ?? [];
  change(state, job, { troubles: withTrouble(before, { ...trouble, message: recordedReason(message) }) });
};

const change = (
  { agents }: JobsState,
  { record: { agentId = '' }, round }: JobEntry,
  standing: Partial<AgentEntry>,
): void => {
  const entry = agents.get(agentId);
  if (entry !== undefined && round === roundOf(entry.state)) agents.set(agentId, { ...entry, ...standing });
};

const failureOf = ({ type, data }: JobEvent): Failure | undefined => {
  if (type === 'AttemptFailed') return data.failure;
  return type === 'AttemptLost' ? lossOf(data) : undefined;
};
