import { Fault } from '@gild/ports';
import {
  explainWhy,
  hasEnded,
  jobDocument,
  jobStatus,
  type JobDocument,
  type JobRecord,
} from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';
import { stateAt } from './state-at.js';

/** A day, a time or a position of the log; now when absent. */
type At = string | undefined;

export type JobsQuery = { at?: At; image?: string | undefined; status?: string | undefined };

/** Why a build is where it is, as sentences for people. */
export type WhyReply = { job_id: string; status: JobDocument['status']; sentences: string[] };

export const jobNotFound = (jobId: string): Fault =>
  new Fault('JOB_NOT_FOUND', `there is no build ${jobId}: \`gild jobs\` lists all`);

/** Builds, newest first. */
export const jobs = async ({ at, image, status }: JobsQuery, farm: Farm): Promise<JobDocument[]> => {
  const scene = await sceneAt(at, farm);
  return [...scene.state.jobs.values()]
    .map(({ record }) => record)
    .filter(({ request }) => image === undefined || request.imageName === image)
    .filter((record) => status === undefined || jobStatus(record) === status)
    .sort(newestFirst)
    .map(scene.document);
};

export const jobById = async (jobId: string, at: At, farm: Farm): Promise<JobDocument> => {
  const scene = await sceneAt(at, farm);
  return scene.document(find(jobId, scene));
};

export const whyOf = async (jobId: string, at: At, farm: Farm): Promise<WhyReply> => {
  const scene = await sceneAt(at, farm);
  const record = find(jobId, scene);
  const { status } = scene.document(record);
  return { job_id: jobId, status, sentences: explainWhy(record, scene.now) };
};

/** What was known at a moment, and how a build is shown then. */
type Scene = { state: JobsState; now: string; document: (record: JobRecord) => JobDocument };

const find = (jobId: string, { state }: Scene): JobRecord => {
  const entry = state.jobs.get(jobId);
  if (entry === undefined) throw jobNotFound(jobId);
  return entry.record;
};

const sceneAt = async (at: At, farm: Farm): Promise<Scene> =>
  at === undefined ? presentScene(farm) : pastScene(at, farm);

const presentScene = async (farm: Farm): Promise<Scene> => ({
  state: await farm.view.current(),
  now: farm.clock.now(),
  document: (record) => present(record, farm),
});

const pastScene = async (at: string, farm: Farm): Promise<Scene> => {
  const { state, now } = await stateAt(at, farm);
  return { state, now, document: (record) => jobDocument(record, now) };
};

/** Programs act on the code, so it is shown only where this scheduler finds it now; people are told what any found last. */
const present = (record: JobRecord, { clock, shown, found }: Farm): JobDocument => {
  const { jobId } = record.request;
  const { waiting_code: code, ...document } = jobDocument(record, clock.now());
  if (hasEnded(record.state)) return document;
  const isFound = code !== undefined && found.has(jobId, document.waiting_reason);
  return {
    ...document,
    ...(isFound && { waiting_code: code }),
    progress_percent: shown.of(jobId, document.attempt, document.progress_percent),
  };
};

/** Times of one clock have one spelling, so their texts sort as they do. */
const newestFirst = (a: JobRecord, b: JobRecord): number =>
  `${a.requestedAt} ${a.request.jobId}` < `${b.requestedAt} ${b.request.jobId}` ? 1 : -1;
