import type { Failure, JobEvent } from '@gild/contracts';
import { accept, reject, type Decision } from '@gild/kernel';
import { endAttempt } from './end-attempt.js';
import type { JobRejection, NoteLateReport, RecordFact } from './job-commands.js';
import { highestAttempt, isUnderWay, type KnownJob } from './job-state.js';

type JobDecision = Decision<JobEvent, JobRejection>;
type Claim = { attempt: number; agentId: string };

const FINISHED_TOO_LATE: Failure = {
  class: 'cancelled',
  code: 'CANCELLED',
  message: 'the build was cancelled while it finished: its artifact was not used',
};

/** What an agent says about its attempt. Every fact becomes one event, so that their number tells which ones are known. */
export const recordFact = (state: KnownJob, data: RecordFact): JobDecision => {
  const { agentId, fact, seq } = data;
  const claim = { attempt: fact.data.attempt, agentId };
  if (isRepeat(state, claim, seq)) return accept();
  if (!isCurrent(state, claim)) return stale(state, claim.attempt);
  const expected = (state.attempts.at(-1)?.facts ?? 0) + 1;
  return seq > expected ? reject({ code: 'FACT_MISSING', expected }) : recordNext(state, data);
};

const recordNext = (state: KnownJob, { fact, now, tookMs }: RecordFact): JobDecision => {
  switch (fact.type) {
    case 'AttemptEnded':
      return state.status === 'reported'
        ? accept()
        : endAttempt(state, { failure: fact.data.failure, cleanUp: fact.data.cleanUp, now, tookMs });
    case 'ArtifactReported':
      if (state.status === 'cancelling')
        return endAttempt(state, { failure: FINISHED_TOO_LATE, now, tookMs });
      return state.status === 'reported' ? accept() : accept(fact);
    case 'PlanResolved':
    case 'StepStarted':
    case 'StepFinished':
    case 'BootTested':
    case 'AttemptParked':
    case 'AttemptResumed':
    case 'LogStored':
      return accept(fact);
  }
};

/** Kept as evidence, once per attempt; attempts that were never granted count as one. */
export const noteLateReport = (
  state: KnownJob,
  { attempt, agentId, report }: NoteLateReport,
): JobDecision => {
  if (isCurrent(state, { attempt, agentId })) return accept();
  const granted = highestAttempt(state);
  const noted = state.late.some((late) => late === attempt || (late > granted && attempt > granted));
  if (noted) return accept();
  return accept({ type: 'LateReportRefused', data: { attempt, currentAttempt: granted, agentId, report } });
};

export const stale = (state: KnownJob, attempt: number): JobDecision =>
  reject({ code: 'STALE_ATTEMPT', attempt, currentAttempt: highestAttempt(state) });

const isRepeat = (state: KnownJob, { attempt, agentId }: Claim, seq: number): boolean => {
  const known = state.attempts[attempt - 1];
  return known?.agentId === agentId && seq <= known.facts;
};

const isCurrent = (state: KnownJob, { attempt, agentId }: Claim): boolean =>
  isUnderWay(state) && attempt === highestAttempt(state) && state.attempts.at(-1)?.agentId === agentId;
