import { type Failure, LONGEST_PARKED_MS } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { highestAttempt } from '../job/job-state.js';
import { setbackKind } from '../job/retry.js';
import { cleanUpSentence } from './clean-up-sentence.js';
import type { JobRecord, Setback } from './job-record.js';
import type { StepRecord } from './step-records.js';

/** What happened to a build and why, as sentences in the order in which a person asks. */
export const explainWhy = (record: JobRecord, now: string): string[] => [
  standing(record, now),
  ...record.setbacks.flatMap((setback) => [
    setbackSentence(setback, record),
    ...(setback.cleanUp === undefined ? [] : [cleanUpSentence(setback.cleanUp)]),
  ]),
  ...lateReports(record),
  ...record.steps.flatMap(cacheMiss),
];

const standing = (record: JobRecord, now: string): string => {
  const { request, state, agentId = 'an agent', failure } = record;
  switch (state.status) {
    case 'absent':
    case 'queued':
      return `It waits since ${record.requestedAt}${howLong(record.requestedAt, now)}: ${waitingFor(record)}.`;
    case 'running':
      return `Attempt ${highestAttempt(state)} runs on ${agentId}${emulation(record)} since ${record.grantedAt ?? now}${underWay(record)}.${parked(record, now)}`;
    case 'reported':
      return `The image is built and stored; ${publication(record)}.`;
    case 'cancelling':
      return `${cancelled(record)}; it ends when ${agentId} has stopped working on it.`;
    case 'completed':
      return `It completed as ${request.imageName} ${request.imageVersion}${took(record)}${hits(record.steps)}.`;
    case 'cancelled':
      return `${cancelled(record)}.`;
    case 'failed':
      return failure === undefined
        ? 'It failed.'
        : `It failed${stepOf(failure.step)}: ${failure.message} (${failure.class}).`;
  }
};

/** From a minute on; shorter waits go with the clock's inaccuracy. */
const howLong = (since: string, now: string): string => {
  const minutes = Math.floor((epochMs(now) - epochMs(since)) / 60_000);
  if (!(minutes >= 1)) return '';
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [rest, 'min'],
  ].filter(([count]) => count !== 0);
  return `, for ${parts.map(([count, unit]) => `${count} ${unit}`).join(' ')}`;
};

const publication = ({ request: { parts = [], jobId } }: JobRecord): string => {
  const others = parts.filter((part) => part.jobId !== jobId).map(({ arch }) => arch);
  return others.length === 0
    ? 'the registry checks it before it publishes the version'
    : `the version is published when that for ${others.join(' and ')} is, too, and the registry has checked them`;
};

const emulation = ({ emulated, request }: JobRecord): string =>
  emulated === true ? `, which emulates ${request.arch},` : '';

const parked = ({ waiting, parkedAt }: JobRecord, now: string): string => {
  if (waiting === undefined || parkedAt === undefined) return '';
  const most = `${LONGEST_PARKED_MS / 3_600_000} hours`;
  return (
    ` It is parked since ${parkedAt}${howLong(parkedAt, now)}, keeps its agent and goes on by itself: ${waiting.message}.` +
    ` Up to ${most} of that do not count as its time.`
  );
};

const waitingFor = ({ waiting }: JobRecord): string =>
  waiting?.message ?? 'it is next to be given to an agent';

const cancelled = ({ cancel }: JobRecord): string => {
  const reason = cancel?.reason === undefined ? '' : ` (${cancel.reason})`;
  return `${cancel?.by ?? 'Somebody'} cancelled it${reason}`;
};

const setbackSentence = (setback: Setback, record: JobRecord): string => {
  const { attempt, agentId, failure, retryAt, time } = setback;
  const what = `Attempt ${attempt} on ${agentId} ended${stepOf(failure.step)}: ${failure.message} (${failure.class}).`;
  if (retryAt !== undefined) {
    const delay = Math.round((epochMs(retryAt) - epochMs(time)) / 1000);
    const when = delay > 0 ? `after ${delay} s` : 'at once';
    return `${what} That is not the build's fault, so it is tried again ${when}.`;
  }
  return record.state.status === 'cancelled' ? what : `${what} ${whyNoOther(failure, record)}`;
};

const whyNoOther = (failure: Failure, { request }: JobRecord): string => {
  switch (setbackKind(failure)) {
    case undefined:
      return 'Another attempt would end the same, so there is none.';
    case 'fault':
      return `All ${request.infrastructureRetries} retries are used up.`;
    case 'loss':
      return 'It was not the first one to lose its agent: there is no other.';
    case 'separation':
      return 'Too many attempts found no agent that stayed in touch.';
    case 'departure':
      return 'Too many agents left while they worked on it.';
  }
};

const lateReports = ({ lateReports: count }: JobRecord): string[] => {
  if (count === 0) return [];
  const attempts = count === 1 ? 'an attempt that was' : `${count} attempts that were`;
  return [`Reports of ${attempts} no longer current arrived late; nothing of them was used.`];
};

const cacheMiss = ({ name, cache, missReason, nearest }: StepRecord): string[] => {
  if (cache !== 'miss' || missReason === undefined) return [];
  const compared = nearest === undefined ? '' : ` (the nearest layer there is ${nearest.key.slice(0, 12)})`;
  return [`${name} is not taken from the cache: ${missReason}${compared}.`];
};

const underWay = ({ steps }: JobRecord): string => {
  const step = steps.find(({ status }) => status === 'running');
  return step === undefined ? '' : `, now at ${step.name}`;
};

const stepOf = (step: string | undefined): string => (step === undefined ? '' : ` in ${step}`);

const took = ({ startedAt, endedAt }: JobRecord): string =>
  startedAt === undefined || endedAt === undefined
    ? ''
    : ` after ${Math.round((epochMs(endedAt) - epochMs(startedAt)) / 1000)} s`;

const hits = (steps: readonly StepRecord[]): string => {
  const layers = steps.filter(({ cache }) => cache !== 'none');
  if (layers.length === 0) return '';
  const hit = layers.filter(({ cache }) => cache === 'hit').length;
  return `; ${hit} of ${layers.length} layers came from the cache`;
};
