import type { CleanUp, Failure, JobEvent } from '@gild/contracts';
import { accept, type Decision } from '@gild/kernel';
import type { JobRejection, LoseAttempt } from './job-commands.js';
import { highestAttempt, type KnownJob } from './job-state.js';
import { lossOf, retryTime, setbackKind } from './retry.js';

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
  { message, unheard, notBegun, now, tookMs }: LoseAttempt,
): Decision<JobEvent, JobRejection> => {
  const attempt = highestAttempt(state);
  const agentId = state.attempts.at(-1)?.agentId ?? '';
  const failure = lossOf({ message, unheard, notBegun });
  const lost = (retryAt?: string): JobEvent => ({
    type: 'AttemptLost',
    data: {
      attempt,
      agentId,
      message,
      ...measured(tookMs),
      ...(unheard === true && { unheard }),
      ...(notBegun === true && { notBegun }),
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
    data: { ...verdictOn(state, failure), attempts: highestAttempt(state) },
  });
};

type Verdict = Pick<Extract<JobEvent, { type: 'BuildFailed' }>['data'], 'failure' | 'losses'>;

const verdictOn = (state: KnownJob, failure: Failure): Verdict => {
  if (setbackKind(failure) !== 'loss') return { failure };
  const losses = lossesWith(state, failure.message);
  const where = losses.map(({ attempt, agentId }) => `${attempt} on ${agentId}`).join(', ');
  const last = losses.at(-1);
  const message = `${losses.length} attempts lost their agent (${where}); the last one on ${last?.agentId ?? 'unknown'}: ${failure.message}`;
  return { failure: { ...failure, class: 'lost', code: 'POISONED', message }, losses };
};

/** Every attempt that lost its agent, the current one too. */
const lossesWith = ({ attempts }: KnownJob, message: string) =>
  attempts.flatMap(({ agentId, lost }, index) => {
    const told = index === attempts.length - 1 ? message : lost;
    return told === undefined ? [] : [{ attempt: index + 1, agentId, message: told }];
  });
