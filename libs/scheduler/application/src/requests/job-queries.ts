import { epochMs } from '@gild/kernel';
import { Fault, type EventStore, type RecordedEvent } from '@gild/ports';
import { explainWhy, hasEnded, jobDocument, type JobDocument, type JobRecord } from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';

export type JobsQuery = {
  /** A time or a position of the log; now when absent. */
  at?: string | undefined;
  image?: string | undefined;
  status?: string | undefined;
};

/** Why a build is where it is, as sentences for people. */
export type WhyReply = { job_id: string; status: JobDocument['status']; sentences: string[] };

export const jobNotFound = (jobId: string): Fault =>
  new Fault('JOB_NOT_FOUND', `there is no build ${jobId}: \`gild jobs\` lists all`);

/** Builds, newest first. */
export const jobs = async ({ at, image, status }: JobsQuery, farm: Farm): Promise<JobDocument[]> => {
  const records = [...(await stateAt(at, farm)).jobs.values()].map(({ record }) => record);
  const documents = records
    .filter(({ request }) => image === undefined || request.imageName === image)
    .sort(newestFirst)
    .map((record) => (at === undefined ? present(record, farm) : jobDocument(record, asOfTime(at, farm))));
  return documents.filter((document) => status === undefined || document.status === status);
};

export const jobById = async (jobId: string, farm: Farm): Promise<JobDocument> =>
  present(await find(jobId, farm), farm);

export const whyOf = async (jobId: string, farm: Farm): Promise<WhyReply> => {
  const record = await find(jobId, farm);
  const { status } = present(record, farm);
  return { job_id: jobId, status, sentences: explainWhy(record, farm.clock.now()) };
};

const find = async (jobId: string, { view }: Farm): Promise<JobRecord> => {
  const entry = (await view.current()).jobs.get(jobId);
  if (entry === undefined) throw jobNotFound(jobId);
  return entry.record;
};

const present = (record: JobRecord, { clock, ticks }: Farm): JobDocument => {
  const { jobId } = record.request;
  const document = jobDocument(record, clock.now(), ticks.of(jobId));
  if (hasEnded(record.state)) return document;
  return { ...document, progress_percent: ticks.shown(jobId, document.attempt, document.progress_percent) };
};

/** Times of one clock have one spelling, so their texts sort as they do. */
const newestFirst = (a: JobRecord, b: JobRecord): number =>
  `${a.requestedAt} ${a.request.jobId}` < `${b.requestedAt} ${b.request.jobId}` ? 1 : -1;

const stateAt = async (at: string | undefined, { view, store }: Farm): Promise<JobsState> =>
  at === undefined ? view.current() : view.asOf(await isLaterThan(at, store));

const looksLikeTime = (at: string): boolean => /^\d{4}-/.test(at);

const asOfTime = (at: string, { clock }: Farm): string => (looksLikeTime(at) ? at : clock.now());

const isLaterThan = async (at: string, store: EventStore): Promise<(event: RecordedEvent) => boolean> => {
  if (looksLikeTime(at)) {
    const until = epochMs(at);
    if (Number.isNaN(until)) throw malformed(at);
    return ({ metadata }) => epochMs(metadata.time) > until;
  }
  const head = await store.head();
  try {
    if (head !== undefined) store.comparePositions(head, at);
  } catch (cause) {
    throw malformed(at, cause);
  }
  return ({ position }) => store.comparePositions(position, at) > 0;
};

const malformed = (at: string, cause?: unknown): Fault =>
  new Fault(
    'INVALID_REQUEST',
    `expected a time such as 2026-03-01T12:30:00Z or a position of the log, found ${at}`,
    {
      cause,
    },
  );
