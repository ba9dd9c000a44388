import {
  type FurtherArtifact,
  JobEvent,
  objectKeys,
  publishedArtifacts,
  streams,
  VersionPublished,
} from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import { type BuildRecord, courseOf, RecordedInputs } from '@gild/proof-domain';
import { type EventStore, Fault, faultCode, type ObjectStore, type RecordedEvent } from '@gild/ports';
import type { z } from 'zod';

type Sources = { store: EventStore; objects: ObjectStore };
type Published = z.infer<typeof VersionPublished>['data'];

const parseJob = eventParser(JobEvent);
const parseVersion = eventParser(VersionPublished);

/** A version with the event that published it. */
export type PublishedVersion = { published: Published; event: RecordedEvent };

/** Undefined when the version was never published. */
export const publishedVersion = async (
  store: EventStore,
  image: string,
  version: string,
): Promise<PublishedVersion | undefined> => {
  for await (const event of store.readStream(streams.version(image, version))) {
    const published = parseVersion(event)?.data;
    if (published !== undefined) return { published, event };
  }
  return undefined;
};

/**
 * How each image file of a version came about, by what is on record. Fault: RECORD_INCOMPLETE when something is missing for good.
 */
export const buildRecords = async (published: Published, sources: Sources): Promise<BuildRecord[]> => {
  const records: BuildRecord[] = [];
  for (const built of publishedArtifacts(published))
    records.push(await buildRecord(published.version, built, sources));
  return records;
};

const buildRecord = async (
  version: string,
  { jobId, attempt, inputDigest, artifact }: FurtherArtifact,
  { store, objects }: Sources,
): Promise<BuildRecord> => {
  const { request, agentId, emulated, startedOn, finishedOn } = courseOf(
    await eventsOf(jobId, store),
    attempt,
  );
  if (request === undefined || agentId === undefined || startedOn === undefined || finishedOn === undefined)
    throw incomplete(
      `expected that attempt ${String(attempt)} of job ${jobId} was requested, granted and reported, found other events`,
    );
  const inputs = await recordedInputs(inputDigest, objects);
  return {
    ...{ version, attempt, request, agentId, startedOn, finishedOn, artifact, inputs },
    emulated: emulated ?? false,
  };
};

const eventsOf = async (jobId: string, store: EventStore): Promise<(JobEvent & { time: string })[]> => {
  const events: (JobEvent & { time: string })[] = [];
  for await (const recorded of store.readStream(streams.job(jobId))) {
    const event = parseJob(recorded);
    if (event !== undefined) events.push({ ...event, time: recorded.metadata.time });
  }
  return events;
};

const recordedInputs = async (inputDigest: string, objects: ObjectStore): Promise<RecordedInputs> => {
  const key = objectKeys.inputs(inputDigest);
  const head = await objects.head(key);
  if (head === undefined) throw incomplete(`the build inputs ${key} are gone`);
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of objects.read({ key, sha256: inputDigest, ...head })) pieces.push(piece);
  } catch (cause) {
    if (faultCode(cause) !== 'OBJECT_DAMAGED') throw cause;
    throw incomplete(`the build inputs ${key} are damaged`, cause);
  }
  const read = RecordedInputs.safeParse(jsonOf(pieces));
  if (read.success) return read.data;
  throw incomplete(`the build inputs ${key} are of a form that this release does not know`);
};

const jsonOf = (pieces: readonly Uint8Array[]): unknown => {
  const decoder = new TextDecoder();
  return JSON.parse(pieces.map((piece) => decoder.decode(piece, { stream: true })).join(''));
};

const incomplete = (message: string, cause?: unknown): Fault =>
  new Fault('RECORD_INCOMPLETE', message, { cause });
