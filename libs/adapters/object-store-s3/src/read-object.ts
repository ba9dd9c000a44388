import { type Measure, measuring } from '@gild/node-runtime';
import { Fault, faultCode, missingObject } from '@gild/ports';
import type { Answer, S3Calls } from './s3-calls.js';
import { s3Fault, type S3Place } from './s3-faults.js';
import type { S3Context } from './s3-server.js';

/** Metadata that carries the digest a writer knew before it sent the bytes. It is a claim: bytes are judged by reading them. */
export const DIGEST_HEADER = 'x-amz-meta-gild-sha256';

export type Present = { sizeBytes: number; claimedSha256: string | undefined };

const ABSENT = 404;
const BEYOND = 416;

/** Size and claimed digest of an object; undefined when there is none. */
export const headOf = async (calls: S3Calls, name: string): Promise<Present | undefined> => {
  const { status, headers } = await calls.ask({ method: 'HEAD', name, expect: [200, ABSENT] });
  if (status === ABSENT) return undefined;
  const claimed = headers[DIGEST_HEADER];
  return {
    sizeBytes: Number(headers['content-length'] ?? 0),
    claimedSha256: typeof claimed === 'string' ? claimed : undefined,
  };
};

/** What reading the bytes of objects takes, whoever may. */
export type ByteReading = {
  calls: Pick<S3Calls, 'request'>;
  context: { server: S3Place; pace: S3Context['pace'] };
};
export type Reading = { calls: S3Calls; context: S3Context };
type Range = { start: number; end: number };

const open = ({ calls }: ByteReading, name: string, { start, end }: Range): Promise<Answer> =>
  calls.request({
    method: 'GET',
    name,
    ...(start === 0 && end === Infinity
      ? {}
      : { headers: { range: `bytes=${start}-${end === Infinity ? '' : end - 1}` } }),
    expect: [200, 206, ABSENT, BEYOND],
  });

/** The bytes of one answer, cut at the end of the range. */
async function* bytesOf(answer: Answer, { start, end }: Range): AsyncGenerator<Uint8Array> {
  let left = end - start;
  try {
    for await (const chunk of answer.body) {
      const piece = (chunk as Buffer).subarray(0, left);
      left -= piece.length;
      if (piece.length > 0) yield piece;
      if (left <= 0) return;
    }
  } finally {
    answer.body.destroy();
  }
}

type Named = { key: string; name: string };

/** The answer to ask bytes of; undefined when the object ends before them. Fault: OBJECT_MISSING. */
const openFrom = async (reading: ByteReading, object: Named, range: Range): Promise<Answer | undefined> => {
  const answer = await open(reading, object.name, range);
  if (answer.status === 206 || (answer.status === 200 && range.start === 0)) return answer;
  answer.body.resume();
  if (answer.status === BEYOND) return undefined;
  if (answer.status === ABSENT) throw missingObject(object.key);
  throw new Fault('STORE_IO', `GET ${object.name}: the server gave the whole object instead of a range`);
};

/**
 * The bytes of an object from `start` to `end`, cut at its own end. A connection that breaks is taken up again where it broke;
 * a number of breaks in a row without a byte between them is a fault. Fault: OBJECT_MISSING.
 */
export async function* objectBytes(
  reading: ByteReading,
  object: Named,
  { start, end }: Range = { start: 0, end: Infinity },
): AsyncGenerator<Uint8Array> {
  const { server, pace } = reading.context;
  let position = start;
  for (let breaks = 0; position < end;) {
    const rest = { start: position, end };
    const answer = await openFrom(reading, object, rest);
    if (answer === undefined) return;
    try {
      for await (const piece of bytesOf(answer, rest)) {
        position += piece.length;
        yield piece;
      }
      return;
    } catch (error) {
      breaks = position > rest.start ? 1 : breaks + 1;
      const fault = s3Fault({ what: `GET ${object.name}`, status: answer.status, error }, server);
      requireMoreTries(fault, breaks < pace.tries);
    }
  }
}

const requireMoreTries = (fault: Fault, hasTries: boolean): void => {
  if (!hasTries || !fault.retryable) throw fault;
};

/** Digest and size of what lies under a name; undefined when nothing does. */
export const measureObject = async (reading: Reading, name: string): Promise<Measure | undefined> => {
  const measure = measuring();
  try {
    for await (const piece of objectBytes(reading, { key: name, name })) measure.add(piece);
  } catch (error) {
    if (faultCode(error) === 'OBJECT_MISSING') return undefined;
    throw error;
  }
  return measure.total();
};
