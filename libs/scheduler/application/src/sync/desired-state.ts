import type { Assignment, SyncReply, SyncRequest } from '@gild/contracts';
import { highestAttempt } from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import { entriesOf, type JobEntry, type JobsState } from '../views/jobs-state.js';
import type { Taken } from './take-reports.js';

export type Desired = Pick<SyncReply, 'run' | 'stop'>;

/** The attempts that count and are this agent's to work on, or to end. */
export const attemptsOf = (agentId: string, state: JobsState): JobEntry[] =>
  entriesOf(state.underWay, state).filter(
    ({ record }) => record.agentId === agentId && record.state.status !== 'reported',
  );

export const isListed = ({ record }: JobEntry, { running }: SyncRequest): boolean =>
  running.some(
    ({ jobId, attempt }) => jobId === record.request.jobId && attempt === highestAttempt(record.state),
  );

/** What the agent should run and end, whole: it may forget everything else. */
export const desiredState = (
  request: SyncRequest,
  taken: readonly Taken[],
  { farm, state }: { farm: Farm; state: JobsState },
): Desired => {
  const mine = attemptsOf(request.agent.agentId, state);
  const run: Assignment[] = [];
  const stop: SyncReply['stop'] = [];
  for (const entry of mine) {
    const why = whyToStop(entry, farm);
    if (why === undefined) run.push(...toRun(entry, farm));
    else if (isListed(entry, request)) stop.push({ ...placeOf(entry), why });
  }
  const wanted = new Set(mine.map((entry) => keyOf(placeOf(entry))));
  for (const it of taken) {
    if (wanted.has(keyOf(it)) || !isOver(it, request, state)) continue;
    stop.push({ jobId: it.jobId, attempt: it.attempt, why: 'stale' });
  }
  return { run, stop };
};

/** Whether the agent goes on with something that does not count: not if its own report ended it. */
const isOver = (
  { jobId, attempt, refused, finished, undecided }: Taken,
  request: SyncRequest,
  state: JobsState,
): boolean => refused || !(finished || undecided || awaitsVerdict({ jobId, attempt }, request, state));

/** Whether the reply tells the agent anything it does not do already. */
export const isNews = ({ run, stop }: Desired, { running }: SyncRequest): boolean =>
  stop.length > 0 ||
  run.some((wanted) => !running.some((it) => it.jobId === wanted.jobId && it.attempt === wanted.attempt));

const whyToStop = (entry: JobEntry, { leases }: Farm): 'cancelled' | 'timeout' | undefined => {
  if (entry.record.state.status === 'cancelling') return 'cancelled';
  return leases.isOverdue(leases.of(entry)) ? 'timeout' : undefined;
};

const awaitsVerdict = (
  { jobId, attempt }: { jobId: string; attempt: number },
  { agent }: SyncRequest,
  { jobs }: JobsState,
): boolean => {
  const record = jobs.get(jobId)?.record;
  return (
    record?.state.status === 'reported' &&
    record.agentId === agent.agentId &&
    attempt === highestAttempt(record.state)
  );
};

/** An agent that may have dropped an attempt must not begin it a second time under the same number. */
const toRun = (entry: JobEntry, farm: Farm): Assignment[] =>
  farm.leases.of(entry).missed > 0 ? [] : [assignmentOf(entry, farm)];

const placeOf = ({ record }: JobEntry) => ({
  jobId: record.request.jobId,
  attempt: highestAttempt(record.state),
});

const keyOf = ({ jobId, attempt }: { jobId: string; attempt: number }): string => `${jobId}/${attempt}`;

const assignmentOf = (entry: JobEntry, { leases }: Farm): Assignment => {
  const { imageName, imageVersion, inputDigest, useCache, bootTest } = entry.record.request;
  const timeoutMs = leases.leftMs(leases.of(entry));
  return { ...placeOf(entry), imageName, imageVersion, inputDigest, useCache, bootTest, timeoutMs };
};
