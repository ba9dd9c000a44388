import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { digestFile, type Measure, measuring, until } from '@gild/node-runtime';
import { Fault, mismatchedObject, type ObjectSource } from '@gild/ports';
import { base64Of, beginMultipart, type Condition, conditionHeaders, type Multipart } from './multipart.js';
import { inParts, type PartBuffers, partBuffers } from './part-buffers.js';
import { DIGEST_HEADER, type Reading } from './read-object.js';
import { sendParts } from './send-parts.js';
import { foundOf, settle, type Stored } from './settle.js';

export type Target = {
  key: string;
  name: string;
  expectSha256?: string | undefined;
  signal?: AbortSignal | undefined;
};

/** What may be known before the source is read. */
type Known = Target & { sha256?: string | undefined; partBytes?: number };

const MOST_PARTS = 10_000;
const MIB = 1024 * 1024;
const TAKEN = 412;

/** Parts that hold the size in as many as a server takes. */
const partBytesFor = (sizeBytes: number, partBytes: number): number =>
  Math.max(partBytes, Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB);

const claim = (sha256: string): Record<string, string> => ({ [DIGEST_HEADER]: sha256 });

/** One request with all the bytes, which the server checks against the digest it is told. */
const putWhole = async (
  { calls }: Reading,
  { name, signal }: Target,
  { bytes, sha256, condition }: { bytes: Buffer; sha256: string; condition: Condition },
): Promise<'stored' | 'taken'> => {
  const { status } = await calls.ask({
    ...{ method: 'PUT', name, body: bytes, expect: [200, TAKEN], signal },
    headers: { ...conditionHeaders(condition), ...claim(sha256), 'x-amz-checksum-sha256': base64Of(sha256) },
  });
  return status === TAKEN ? 'taken' : 'stored';
};

const requireExpected = ({ key, expectSha256 }: Target, { sha256 }: Measure): void => {
  if (expectSha256 !== undefined && expectSha256 !== sha256)
    throw mismatchedObject(key, expectSha256, sha256);
};

/** Stores what one part holds. */
const storeWhole = async (reading: Reading, target: Target, bytes: Buffer): Promise<Stored> => {
  const found = { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  requireExpected(target, found);
  return settle(reading, { object: { key: target.key, ...found }, name: target.name }, (condition) =>
    putWhole(reading, target, { bytes, sha256: found.sha256, condition }),
  );
};

/** An upload that `work` completes; whatever does not complete it, aborts it. */
const inMultipart = async (
  { calls, context }: Reading,
  { name, sha256 }: Known,
  work: (upload: Multipart) => Promise<Stored>,
): Promise<Stored> => {
  const headers = sha256 === undefined ? {} : claim(sha256);
  const upload = await beginMultipart(calls, context.server.location.bucket, { name, headers });
  try {
    const stored = await work(upload);
    if (!stored.created) await upload.abort();
    return stored;
  } catch (error) {
    await upload.abort();
    throw error;
  }
};

/** Stores parts of which there are several. */
const storeParts = (
  reading: Reading,
  target: Known,
  { parts, buffers }: { parts: AsyncIterable<Buffer>; buffers: PartBuffers },
): Promise<Stored> =>
  inMultipart(reading, target, async (upload) => {
    const { key, name, signal } = target;
    const measure = measuring();
    const measured = async function* () {
      for await (const part of parts) {
        measure.add(part);
        yield part;
      }
    };
    const { parallel } = reading.context.pace;
    const sent = await sendParts(upload.send, measured(), { parallel, buffers, signal });
    const found = measure.total();
    requireExpected(target, found);
    return settle(reading, { object: { key, ...found }, name }, (condition) =>
      upload.complete(sent, condition),
    );
  });

async function* continued(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** Stores a source of unknown length, holding a few parts of it at a time. */
export const storeSource = async (reading: Reading, target: Known, source: ObjectSource): Promise<Stored> => {
  const partBytes = target.partBytes ?? reading.context.pace.partBytes;
  const buffers = partBuffers(partBytes);
  const parts = inParts(source, buffers);
  const first = await parts.next();
  const bytes = first.done === true ? Buffer.alloc(0) : first.value;
  if (bytes.length < partBytes) return storeWhole(reading, target, bytes);
  return storeParts(reading, target, { parts: continued(bytes, parts), buffers });
};

/** Stores a file. One that is there already, and sound, is not sent again. */
export const storeFile = async (reading: Reading, target: Target, path: string): Promise<Stored> => {
  const { key, name, signal } = target;
  signal?.throwIfAborted();
  const found = await fileOf(path, target);
  const { sha256, sizeBytes } = found;
  const { partBytes } = reading.context.pace;
  const isLarge = sizeBytes >= partBytes;
  if (isLarge && (await foundOf(reading, { object: { key, ...found }, name })) === 'same')
    return { key, ...found, created: false };
  const pieces = createReadStream(path, { highWaterMark: MIB });
  const known = { ...target, expectSha256: sha256, sha256, partBytes: partBytesFor(sizeBytes, partBytes) };
  try {
    return await storeSource(reading, known, until(signal, pieces));
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Fault ? error : fileFault(path, error);
  } finally {
    pieces.destroy();
  }
};

/** What the file must turn out to be: as expected, or as it is before it is sent. */
const fileOf = async (path: string, { expectSha256, signal }: Target): Promise<Measure> => {
  try {
    if (expectSha256 === undefined) return await digestFile(path, signal);
    return { sha256: expectSha256, sizeBytes: (await stat(path)).size };
  } catch (error) {
    signal?.throwIfAborted();
    throw fileFault(path, error);
  }
};

const fileFault = (path: string, error: unknown): Fault =>
  new Fault('STORE_IO', `reading ${path}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
