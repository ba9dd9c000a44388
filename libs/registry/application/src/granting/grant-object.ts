import { grantedParts, type ObjectGrant, ObjectGrantRequest } from '@gild/contracts';
import type { OneFlight } from '@gild/kernel';
import { type EventStore, Fault, faultCode, type ObjectGrants, type ObjectStore } from '@gild/ports';
import { parseRequest } from '../requests.js';
import { currentAttempt } from './attempt-of-record.js';
import type { OpenUploads } from './open-uploads.js';
import type { RequireNotRemoved } from './require-not-removed.js';
import { isReadable, writableBytes } from './writable-keys.js';

export type Granting = {
  store: EventStore;
  objects: ObjectStore;
  grants: ObjectGrants | undefined;
  requireNotRemoved: RequireNotRemoved;
  /** For what takes longer than an agent waits: it asks again, and nothing is done twice. */
  flight: OneFlight;
  uploads: OpenUploads;
};

type Writing = Exclude<ObjectGrantRequest, { ask: 'get' | 'head' }>;

/**
 * What an agent may do in the object store, reading included, by what the record says now: nothing is granted while the event
 * store is away. Who asks is told by the transport, not by the request. Faults: INVALID_REQUEST, AGENT_NOT_JOINED for one that
 * was removed, CONFLICT when the attempt is not the agent's or not the current one, ARTIFACT_DAMAGED when the bytes are not what they were said to be.
 */
export const grantObject = async (
  agentId: string,
  request: unknown,
  { store, objects, grants, requireNotRemoved, flight, uploads }: Granting,
): Promise<ObjectGrant> => {
  const asked = parseRequest(ObjectGrantRequest, request);
  if (grants === undefined)
    throw new Fault(
      'INVALID_REQUEST',
      'the objects of this farm lie in a folder, to which nothing can be granted: start the agent with the same GILD_OBJECTS as the registry',
    );
  await requireNotRemoved(agentId);
  if (asked.ask === 'get' || asked.ask === 'head') {
    if (!isReadable(asked.key)) throw new Fault('INVALID_REQUEST', `no agent has to read ${asked.key}`);
    if (asked.ask === 'get') return { grant: 'request', ...grants.get(asked.key) };
    return { grant: 'size', ...(await objects.head(asked.key)) };
  }
  await requireWritable(agentId, asked, store);
  return refusingOthers(grantWriting(asked, { grants, flight, uploads }));
};

const requireWritable = async (
  agentId: string,
  { jobId, attempt, object }: Writing,
  store: EventStore,
): Promise<void> => {
  const current = await currentAttempt(store, jobId);
  if (current === undefined || current.agentId !== agentId || current.attempt !== attempt)
    throw new Fault('CONFLICT', `attempt ${attempt} of job ${jobId} is not under way on agent ${agentId}`);
  const most = writableBytes({ jobId, attempt, object, diskGib: current.diskGib });
  if (most === undefined)
    throw new Fault('INVALID_REQUEST', `attempt ${attempt} of job ${jobId} has not to store ${object.key}`);
  if (object.sizeBytes > most)
    throw new Fault(
      'INVALID_REQUEST',
      `${object.key}: expected at most ${most} bytes for a disk of ${current.diskGib} GiB, found ${object.sizeBytes}`,
    );
};

type Means = { grants: ObjectGrants } & Pick<Granting, 'flight' | 'uploads'>;

/** Of what an attempt has one upload at a time. */
const uploadOf = ({ jobId, attempt, object: { key } }: Writing): string => `${jobId} ${attempt} ${key}`;

const grantWriting = async (asked: Writing, means: Means): Promise<ObjectGrant> => {
  const { grants, flight, uploads } = means;
  const { object } = asked;
  switch (asked.ask) {
    case 'put': {
      const request = await grants.put(object);
      return request === undefined ? { grant: 'exists' } : { grant: 'request', ...request };
    }
    case 'begin': {
      const uploadId = await flight(`begin ${uploadOf(asked)}`, () => begin(asked, means));
      return uploadId === undefined ? { grant: 'exists' } : { grant: 'upload', uploadId };
    }
    case 'part':
      return { grant: 'request', ...grants.part(object.key, asked.uploadId, requirePart(asked)) };
    case 'complete': {
      requireParts(asked);
      const { sha256, sizeBytes } = object;
      await flight(`complete ${uploadOf(asked)} ${sha256} ${sizeBytes} ${asked.uploadId}`, () =>
        grants.complete(object, asked.uploadId, asked.parts),
      );
      uploads.ended(uploadOf(asked), asked.uploadId);
      return { grant: 'done' };
    }
    case 'abort':
      await grants.abort(object.key, asked.uploadId);
      uploads.ended(uploadOf(asked), asked.uploadId);
      return { grant: 'done' };
  }
};

/** What an earlier one left is removed first: it may be gone, so it is not gone on with. */
const begin = async (asked: Writing, { grants, uploads }: Means): Promise<string | undefined> => {
  const { object } = asked;
  const name = uploadOf(asked);
  const left = uploads.of(name);
  if (left !== undefined) {
    await grants.abort(object.key, left);
    uploads.ended(name, left);
  }
  const uploadId = await grants.begin(object);
  if (uploadId !== undefined) uploads.began(name, uploadId);
  return uploadId;
};

const requirePart = (part: Extract<Writing, { ask: 'part' }>): typeof part => {
  const { object, number, sizeBytes } = part;
  const { count, sizeOf } = grantedParts(object.sizeBytes);
  if (number <= count && sizeBytes === sizeOf(number)) return part;
  const expected = number <= count ? `${sizeOf(number)} bytes` : `${count} parts`;
  throw new Fault(
    'INVALID_REQUEST',
    `part ${number} of ${object.key}: expected ${expected}, found ${sizeBytes} bytes`,
  );
};

const requireParts = ({ object, parts }: Extract<Writing, { ask: 'complete' }>): void => {
  const { count } = grantedParts(object.sizeBytes);
  if (parts.length !== count)
    throw new Fault('INVALID_REQUEST', `${object.key}: expected ${count} parts, found ${parts.length}`);
};

/** Other bytes than they were said to be, in the words that a request may be refused with. */
const refusingOthers = async <T>(granted: Promise<T>): Promise<T> => {
  try {
    return await granted;
  } catch (error) {
    if (faultCode(error) !== 'OBJECT_MISMATCH') throw error;
    throw new Fault('ARTIFACT_DAMAGED', (error as Error).message, { cause: error });
  }
};
