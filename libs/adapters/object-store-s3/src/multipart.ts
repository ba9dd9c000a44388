import { createHash } from 'node:crypto';
import { Fault } from '@gild/ports';
import type { S3Calls } from './s3-calls.js';

/** A part the server has. */
export type SentPart = { etag: string; sha256: string };

/** Header values of a digest are base64. */
export const base64Of = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** `create`: only where nothing is; a server that does not know the condition stores all the same. */
export type Condition = 'create' | 'replace';

export const conditionHeaders = (condition: Condition): Record<string, string> =>
  condition === 'create' ? { 'if-none-match': '*' } : {};

export type PartSender = (number: number, part: Buffer, signal?: AbortSignal) => Promise<SentPart>;

/** An upload of one object in parts; nothing of it is visible before it is complete. */
export type Multipart = {
  uploadId: string;
  send: PartSender;
  /** `taken`: the condition did not hold. `unknown`: the upload is gone, perhaps because an earlier try completed it. */
  complete: (parts: readonly SentPart[], condition: Condition) => Promise<'stored' | 'taken' | 'unknown'>;
  /** As far as the server can; what it keeps is swept later. */
  abort: () => Promise<void>;
};

const TAKEN = 412;
const GONE = 404;
/** Whoever gives up does not wait for long. */
const ABORT_WITHIN_MS = 5_000;

/** The parts by number, with the digests under which the server took them. */
const completion = (parts: readonly SentPart[]): Buffer => {
  const listed = parts.map(
    ({ etag, sha256 }, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${etag}"</ETag>` +
      `<ChecksumSHA256>${base64Of(sha256)}</ChecksumSHA256></Part>`,
  );
  return Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`);
};

/** Begins an upload with the metadata its object shall have. */
export const beginMultipart = async (
  calls: S3Calls,
  bucket: string,
  { name, headers }: { name: string; headers: Record<string, string> },
): Promise<Multipart> => {
  const uploadId = await calls.call(`POST ${name}?uploads`, (client) =>
    client.initiateNewMultipartUpload(bucket, name, { ...headers, 'x-amz-checksum-algorithm': 'SHA256' }),
  );
  return multipart(calls, name, uploadId);
};

/** An upload that was begun before. */
export const multipart = (calls: S3Calls, name: string, uploadId: string): Multipart => {
  const query = `uploadId=${encodeURIComponent(uploadId)}`;
  return {
    uploadId,
    send: async (number, part, signal) => {
      const sha256 = createHash('sha256').update(part).digest('hex');
      const { headers } = await calls.ask({
        ...{ method: 'PUT', name, body: part, expect: [200], signal },
        query: `partNumber=${number}&${query}`,
        headers: { 'x-amz-checksum-sha256': base64Of(sha256) },
      });
      return { etag: (headers.etag ?? '').replaceAll('"', ''), sha256 };
    },
    complete: async (parts, condition) => {
      const { status, text } = await calls.ask({
        ...{ method: 'POST', name, query, body: completion(parts), expect: [200, TAKEN, GONE] },
        headers: conditionHeaders(condition),
      });
      if (status === TAKEN) return 'taken';
      if (status === GONE) return 'unknown';
      const code = /<Error>.*?<Code>([^<]*)/s.exec(text)?.[1];
      if (code !== undefined) throw notCompleted(name, code);
      return 'stored';
    },
    // Some servers know no such call; others are away, and are swept when they are back.
    abort: async () => {
      const signal = AbortSignal.timeout(ABORT_WITHIN_MS);
      await calls
        .ask({ method: 'DELETE', name, query, expect: [200, 204, GONE], signal })
        .catch(() => undefined);
    },
  };
};

/** An error in the body of a 200: the server began to answer before it knew. */
const notCompleted = (name: string, code: string): Fault =>
  new Fault('STORE_IO', `${name} was not completed: the server answered ${code}; it is tried again`, {
    retryable: true,
  });
