import type { AttemptGranted, AttemptLost, JobEvent } from '@gild/contracts';
import type { z } from 'zod';
import { lossOf, setbackKind, type SetbackKind } from './retry.js';
import { hasEnded, NONE, type JobState, type KnownJob } from './job-state.js';

type Request = Extract<JobEvent, { type: 'BuildRequested' }>['data'];

export const evolveJob = (state: JobState, event: JobEvent): JobState => {
  if (event.type === 'BuildRequested') return state.status === 'absent' ? requested(event.data) : state;
  if (state.status === 'absent') return state;
  if (event.type === 'LateReportRefused') return { ...state, late: [...state.late, event.data.attempt] };
  return hasEnded(state) ? state : evolveOpen(state, event);
};

type LaterEvent = Exclude<JobEvent, { type: 'BuildRequested' | 'LateReportRefused' }>;

const evolveOpen = (state: KnownJob, { type, data }: LaterEvent): JobState => {
  switch (type) {
    case 'BuildWaiting':
      return state.status === 'queued' ? { ...state, waitingFor: data.reason.message } : state;
    case 'AttemptGranted':
      return granted(state, data);
    case 'PlanResolved':
    case 'StepStarted':
    case 'StepFinished':
    case 'BootTested':
    case 'AttemptParked':
    case 'AttemptResumed':
    case 'LogStored':
      return counted(state, data.attempt);
    case 'ArtifactReported':
      return { ...courseOf(counted(state, data.attempt)), status: 'reported' };
    case 'AttemptFailed':
      return attemptOver(counted(state, data.attempt), data.retryAt, setbackKind(data.failure));
    case 'AttemptLost':
      return attemptLost(state, data);
    case 'CancelRequested':
      return {
        ...courseOf(state),
        status: state.status === 'reported' ? 'reported' : 'cancelling',
        cancelledBy: data.by,
      };
    case 'BuildCancelled':
      return { ...courseOf(state), status: 'cancelled' };
    case 'BuildCompleted':
      return { ...courseOf(state), status: 'completed' };
    case 'BuildFailed':
      return { ...courseOf(state), status: 'failed' };
  }
};

const NO_SETBACKS = Object.freeze({ fault: 0, loss: 0, separation: 0, departure: 0 });

const requested = ({ infrastructureRetries }: Request): JobState => ({
  status: 'queued',
  attempts: NONE,
  retriesAllowed: infrastructureRetries,
  setbacks: NO_SETBACKS,
  late: NONE,
});

const courseOf = ({ attempts, retriesAllowed, setbacks, late }: KnownJob) => ({
  attempts,
  retriesAllowed,
  setbacks,
  late,
});

const granted = (state: KnownJob, { agentId }: z.infer<typeof AttemptGranted>['data']): JobState => ({
  ...courseOf(state),
  status: 'running',
  attempts: [...state.attempts, { agentId, facts: 0 }],
});

const counted = <S extends KnownJob>(state: S, attempt: number): S => {
  const counting = state.attempts[attempt - 1];
  if (counting === undefined) return state;
  return { ...state, attempts: state.attempts.with(attempt - 1, { ...counting, facts: counting.facts + 1 }) };
};

const attemptLost = (state: KnownJob, data: z.infer<typeof AttemptLost>['data']): JobState => {
  const kind = setbackKind(lossOf(data));
  const over = attemptOver(state, data.retryAt, kind);
  if (kind !== 'loss' || over.status === 'absent') return over;
  const attempts = over.attempts.map((it, index) =>
    index === data.attempt - 1 ? { ...it, lost: data.message } : it,
  );
  return { ...over, attempts };
};

const attemptOver = (
  state: KnownJob,
  retryAt: string | undefined,
  kind: SetbackKind | undefined,
): JobState => {
  const { setbacks } = state;
  const counts = kind === undefined ? setbacks : { ...setbacks, [kind]: setbacks[kind] + 1 };
  const course = { ...courseOf(state), setbacks: counts };
  if (state.status === 'cancelling')
    return { ...course, status: 'cancelling', cancelledBy: state.cancelledBy };
  return { ...course, status: 'queued', ...(retryAt === undefined ? {} : { retryAt }) };
};
