import type { JobEvent } from '@gild/contracts';
import { accept, epochMs, reject, type Decision } from '@gild/kernel';
import { endAttempt, loseAttempt } from './end-attempt.js';
import type { CompleteBuild, GrantAttempt, JobCommand, JobRejection, RequestCancel } from './job-commands.js';
import { hasEnded, highestAttempt, isUnderWay, type JobState, type KnownJob } from './job-state.js';
import { noteLateReport, recordFact, stale } from './record-fact.js';

type JobDecision = Decision<JobEvent, JobRejection>;

export const decideJob = (command: JobCommand, state: JobState): JobDecision => {
  if (command.type === 'RequestBuild') {
    return state.status === 'absent' ? accept({ type: 'BuildRequested', data: command.data }) : accept();
  }
  return state.status === 'absent' ? reject({ code: 'JOB_NOT_FOUND' }) : decideKnown(command, state);
};

type LaterCommand = Exclude<JobCommand, { type: 'RequestBuild' }>;

const decideKnown = ({ type, data }: LaterCommand, state: KnownJob): JobDecision => {
  switch (type) {
    case 'ReportWaiting':
      return state.status !== 'queued' || state.waitingFor === data.message
        ? accept()
        : accept({ type: 'BuildWaiting', data: { reason: data } });
    case 'GrantAttempt':
      return grant(state, data);
    case 'RecordFact':
      return recordFact(state, data);
    case 'EndAttempt':
      return ofTheScheduler(state, data.attempt, () => endAttempt(state, data));
    case 'LoseAttempt':
      return ofTheScheduler(state, data.attempt, () => loseAttempt(state, data));
    case 'NoteLateReport':
      return noteLateReport(state, data);
    case 'RequestCancel':
      return cancel(state, data);
    case 'CompleteBuild':
      return complete(state, data);
    case 'RefuseArtifact':
      return ofTheRegistry(state, data.attempt, () => endAttempt(state, data));
  }
};

const grant = (state: KnownJob, { now, ...granted }: GrantAttempt): JobDecision => {
  const { attempt, agentId } = granted;
  const holder = state.attempts[attempt - 1];
  if (holder !== undefined) return holder.agentId === agentId ? accept() : stale(state, attempt);
  if (state.status !== 'queued') return reject({ code: 'NOT_WAITING', status: state.status });
  if (attempt !== highestAttempt(state) + 1) return stale(state, attempt);
  if (state.retryAt !== undefined && epochMs(now) < epochMs(state.retryAt)) {
    return reject({ code: 'NOT_DUE', retryAt: state.retryAt });
  }
  return accept({ type: 'AttemptGranted', data: granted });
};

/** An attempt that has its result, or is over already, cannot be ended or lost: nothing to do. */
const ofTheScheduler = (state: KnownJob, attempt: number, decide: () => JobDecision): JobDecision => {
  if (attempt > highestAttempt(state)) return stale(state, attempt);
  const working = state.status === 'running' || state.status === 'cancelling';
  return working && attempt === highestAttempt(state) ? decide() : accept();
};

const ofTheRegistry = (state: KnownJob, attempt: number, decide: () => JobDecision): JobDecision => {
  if (attempt > highestAttempt(state)) return stale(state, attempt);
  if (attempt < highestAttempt(state) || !isUnderWay(state)) return accept();
  return state.status === 'reported' ? decide() : reject({ code: 'NO_ARTIFACT_REPORTED', attempt });
};

const cancel = (state: KnownJob, { by, reason }: RequestCancel): JobDecision => {
  const requested: JobEvent = {
    type: 'CancelRequested',
    data: { by, ...(reason === undefined ? {} : { reason }) },
  };
  if (state.status === 'queued') return accept<JobEvent>(requested, { type: 'BuildCancelled', data: { by } });
  if (state.status === 'cancelled' || 'cancelledBy' in state) return accept();
  return hasEnded(state) ? reject({ code: 'JOB_ENDED', status: state.status }) : accept(requested);
};

const complete = (state: KnownJob, { attempt, version }: CompleteBuild): JobDecision => {
  if (state.status === 'completed') return accept();
  if (attempt !== highestAttempt(state) || hasEnded(state)) return stale(state, attempt);
  return state.status === 'reported'
    ? accept({ type: 'BuildCompleted', data: { attempt, version } })
    : reject({ code: 'NO_ARTIFACT_REPORTED', attempt });
};
