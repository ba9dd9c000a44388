import type { CleanUp, Failure, JobEvent } from '@gild/contracts';
import { accept, type Decision } from '@gild/kernel';
import type { JobRejection, LoseAttempt } from './job-commands.js';
import { highestAttempt, type KnownJob } from './job-state.js';
import { lossOf, MOST_LOSSES, retryTime, setbackKind } from './retry.js';

type Ending = { failure: Failure; now: string; tookMs?: number | undefined; cleanUp?: CleanUp | undefined };

/** The current attempt ended without an artifact that counts: retry, fail or be cancelled. */
export const endAttempt = (
  state: KnownJob,
  { failure, now, tookMs, cleanUp }: Ending,
): Decision<JobEvent, JobRejection> => {
  const attempt = highestAttempt(state);
  const failed = (retryAt?: string): JobEvent => ({
    type: 'AttemptFailed',
    data: {
      ...{ attempt, ...measured(tookMs), failure },
      ...(cleanUp === undefined ? {} : { cleanUp }),
      ...(retryAt === undefined ? {} : { retryAt }),
    },
  });
  return conclude(state, { failure, now }, failed);
};

/** The current attempt's agent is gone. */
export const loseAttempt = (
  state: KnownJob,
  { message, unheard, now, tookMs }: LoseAttempt,
): Decision<JobEvent, JobRejection> => {
  const attempt = highestAttempt(state);
  const agentId = state.attempts.at(-1)?.agentId ?? '';
  const failure = lossOf({ message, unheard });
  const lost = (retryAt?: string): JobEvent => ({
    type: 'AttemptLost',
    data: {
      attempt,
      agentId,
      message,
      ...measured(tookMs),
      ...(unheard === true && { unheard }),
      ...(retryAt === undefined ? {} : { retryAt }),
    },
  });
  return conclude(state, { failure, now }, lost);
};

const measured = (tookMs: number | undefined) => (tookMs === undefined ? {} : { tookMs });

const conclude = (
  state: KnownJob,
  { failure, now }: Ending,
  over: (retryAt?: string) => JobEvent,
): Decision<JobEvent, JobRejection> => {
  const by = 'cancelledBy' in state ? state.cancelledBy : undefined;
  if (by !== undefined) return accept<JobEvent>(over(), { type: 'BuildCancelled', data: { by } });
  const retryAt = retryTime(failure, state, now);
  if (retryAt !== undefined) return accept(over(retryAt));
  return accept<JobEvent>(over(), {
    type: 'BuildFailed',
    data: { failure: verdictOn(state, failure), attempts: highestAttempt(state) },
  });
};

const verdictOn = ({ attempts }: KnownJob, failure: Failure): Failure => {
  if (setbackKind(failure) !== 'loss') return failure;
  const message = `${MOST_LOSSES} attempts lost their agent; the last one on ${attempts.at(-1)?.agentId ?? 'unknown'}: ${failure.message}`;
  return { ...failure, class: 'lost', code: 'POISONED', message };
};
