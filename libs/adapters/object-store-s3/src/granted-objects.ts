import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  grantedParts,
  type ObjectGrant,
  type ObjectGrantRequest,
  type StoredObject,
  subjects,
} from '@gild/contracts';
import { digestFile, systemClock, until, verifiedPieces } from '@gild/node-runtime';
import { type AgentObjects, Fault, faultCode, type FilePutting, mismatchedObject } from '@gild/ports';
import { askGrant, type Granted, grantedCall, sendGranted } from './granted-calls.js';
import type { SentPart } from './multipart.js';
import { inParts, partBuffers } from './part-buffers.js';
import { type ByteReading, objectBytes } from './read-object.js';
import type { Answer } from './s3-calls.js';
import { DEFAULT_PACE } from './s3-server.js';
import { sendParts } from './send-parts.js';

export type AttemptName = { jobId: string; attempt: number };
type Stored = StoredObject & { created: boolean };
type Asked = Granted & { which: AttemptName };

const MIB = 1024 * 1024;
const TAKEN = 412;
/** What the registry reads in a second, at the least, before it says that an upload is complete. */
const CHECKED_BYTES_PER_MS = 10_000;
const ANSWER_MS = 60_000;

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const unexpected = ({ grant }: ObjectGrant): Fault =>
  new Fault('STORE_IO', `the registry granted ${grant}, which was not asked for; is it of another release?`);

const usePut = async (asked: Asked, object: StoredObject, bytes: Buffer): Promise<Stored> =>
  grantedCall(asked, undefined, async () => {
    const grant = await askGrant(asked, { ask: 'put', ...asked.which, object });
    if (grant.grant === 'exists') return { ...object, created: false };
    if (grant.grant !== 'request') throw unexpected(grant);
    const answer = await sendGranted(asked, grant, { method: 'PUT', body: bytes, expect: [200, TAKEN] });
    answer.body.resume();
    if (answer.status !== TAKEN) return { ...object, created: true };
    throw new Fault('STORE_IO', `${object.key} was created meanwhile`, { retryable: true });
  });

const sendPart = async (
  asked: Asked,
  upload: { object: StoredObject; uploadId: string },
  { number, part, signal }: { number: number; part: Buffer; signal: AbortSignal | undefined },
): Promise<SentPart> => {
  const sha256 = sha256Of(part);
  return grantedCall(asked, signal, async () => {
    const request = {
      ask: 'part',
      ...asked.which,
      ...upload,
      number,
      sha256,
      sizeBytes: part.length,
    } as const;
    const grant = await askGrant(asked, request);
    if (grant.grant !== 'request') throw unexpected(grant);
    const answer = await sendGranted(asked, grant, { method: 'PUT', body: part, expect: [200], signal });
    answer.body.resume();
    return { etag: (answer.headers.etag ?? '').replaceAll('"', ''), sha256 };
  });
};

const useParts = async (
  asked: Asked,
  object: StoredObject,
  { path, signal }: { path: string; signal: AbortSignal | undefined },
): Promise<Stored> => {
  const ask = (request: ObjectGrantRequest, timeoutMs = ANSWER_MS) =>
    grantedCall(asked, signal, () => askGrant(asked, request, timeoutMs));
  const checkMs = ANSWER_MS + object.sizeBytes / CHECKED_BYTES_PER_MS;
  const begun = await ask({ ask: 'begin', ...asked.which, object }, checkMs);
  if (begun.grant === 'exists') return { ...object, created: false };
  if (begun.grant !== 'upload') throw unexpected(begun);
  const upload = { object, uploadId: begun.uploadId };
  const pieces = createReadStream(path, { highWaterMark: MIB });
  const partBytes = grantedParts(object.sizeBytes).sizeOf(1);
  try {
    const buffers = partBuffers(partBytes);
    const parts = await sendParts(
      (number, part, stop) => sendPart(asked, upload, { number, part, signal: stop }),
      inParts(until(signal, pieces), buffers),
      { parallel: asked.pace.parallel, buffers, signal },
    );
    await ask({ ask: 'complete', ...asked.which, ...upload, parts: [...parts] }, checkMs);
    return { ...object, created: true };
  } catch (error) {
    await askGrant(asked, { ask: 'abort', ...asked.which, ...upload }, 5_000).catch(() => undefined);
    throw error;
  } finally {
    pieces.destroy();
  }
};

const putFile = async (asked: Asked, key: string, file: FilePutting & { path: string }): Promise<Stored> => {
  const { path, expectSha256, signal } = file;
  signal?.throwIfAborted();
  try {
    const found =
      expectSha256 === undefined
        ? await digestFile(path, signal)
        : { sha256: expectSha256, sizeBytes: (await stat(path)).size };
    const object = { key, ...found };
    if (grantedParts(found.sizeBytes).count > 1) return await useParts(asked, object, { path, signal });
    const bytes = await wholeOf(until(signal, createReadStream(path)));
    return await putBytes(asked, key, { bytes, expectSha256 });
  } catch (error) {
    signal?.throwIfAborted();
    if (faultCode(error) !== undefined) throw error;
    throw new Fault('STORE_IO', `reading ${path}: ${(error as Error).message}`, { cause: error });
  }
};

const wholeOf = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};

const putBytes = async (
  asked: Asked,
  key: string,
  { bytes, expectSha256 }: { bytes: Buffer; expectSha256: string | undefined },
): Promise<Stored> => {
  const object = { key, sha256: sha256Of(bytes), sizeBytes: bytes.length };
  if (expectSha256 !== undefined && expectSha256 !== object.sha256)
    throw mismatchedObject(key, expectSha256, object.sha256);
  return usePut(asked, object, bytes);
};

/** Reads under a grant for each connection. */
const readingOf = (granted: Granted): ByteReading => {
  const request = ({
    name,
    headers,
    expect,
  }: {
    name: string;
    headers?: Record<string, string>;
    expect: readonly number[];
  }) =>
    grantedCall(granted, undefined, async (): Promise<Answer> => {
      const grant = await askGrant(granted, { ask: 'get', key: name });
      if (grant.grant !== 'request') throw unexpected(grant);
      return sendGranted(granted, grant, { method: 'GET', expect, ...(headers && { headers }) });
    });
  const server = { location: { host: 'the farm', port: 0, bucket: '' }, accessKey: 'of the grant' };
  return { calls: { request }, context: { server, pace: granted.pace } };
};

const NO_ATTEMPT = { jobId: 'none', attempt: 1 };

/** How grants are asked for, and used. */
export type GrantedOptions = Pick<Granted, 'messenger' | 'ca'> & Partial<Omit<Granted, 'subject'>>;

const askedAt = (subject: string, options: GrantedOptions): Granted => ({
  ...{ subject, pace: DEFAULT_PACE, clock: systemClock, random: Math.random },
  ...options,
});

const sizeOf = async (granted: Granted, key: string): Promise<{ sizeBytes: number } | undefined> => {
  const found = await grantedCall(granted, undefined, () => askGrant(granted, { ask: 'head', key }));
  if (found.grant !== 'size') throw unexpected(found);
  return found.sizeBytes === undefined ? undefined : { sizeBytes: found.sizeBytes };
};

/** The disks of a farm for the cache of a host, which holds no keys of the store: the registry grants each that may be used. */
export const grantedDisks = (options: GrantedOptions): Pick<AgentObjects, 'readRange' | 'head'> => {
  const granted = askedAt(subjects.diskGrant, options);
  const reading = readingOf(granted);
  return {
    readRange: (key, start, end) => objectBytes(reading, { key, name: key }, { start, end }),
    head: (key) => sizeOf(granted, key),
  };
};

/**
 * The object store of a farm for an agent that holds no keys of it: the registry grants each request, and only to the attempt that
 * is the agent's by the record. Bytes are checked here against their digests. Without an attempt it reads only.
 */
export const grantedObjects = ({
  agentId,
  ...options
}: GrantedOptions & { agentId: string }): ((which?: AttemptName) => AgentObjects) => {
  const granted = askedAt(subjects.objectGrant(agentId), options);
  const reading = readingOf(granted);
  return (which = NO_ATTEMPT) => {
    const asked = { ...granted, which };
    return {
      put: (key, bytes, expectSha256) => putBytes(asked, key, { bytes: Buffer.from(bytes), expectSha256 }),
      putFile: (key, path, how = {}) => putFile(asked, key, { ...how, path }),
      read: (object) => verifiedPieces(object, objectBytes(reading, { key: object.key, name: object.key })),
      readRange: (key, start, end) => objectBytes(reading, { key, name: key }, { start, end }),
      head: (key) => sizeOf(granted, key),
    };
  };
};
