import type { StoredObject } from '@gild/contracts';
import { mismatchedObject, type ObjectGrants, objectKey } from '@gild/ports';
import { base64Of, beginMultipart, type Condition, conditionHeaders, multipart } from './multipart.js';
import { presigned, type Presigning } from './presign.js';
import { DIGEST_HEADER, measureObject, type Reading } from './read-object.js';
import { type S3Options, s3Reading } from './s3-object-store.js';
import type { S3Server } from './s3-server.js';
import { foundOf, settle } from './settle.js';

/** Long enough for one slow request, too short to be worth keeping. */
const EXPIRES_IN_SECONDS = 900;

/**
 * Grants for the objects of a bucket. What is stored in one request the server itself checks against its digest; what came in
 * parts, each of them checked so, is read whole before it counts; what it was not said to be counts for nothing.
 */
export const s3ObjectGrants = (server: S3Server, options: S3Options): ObjectGrants => {
  const { reading, ready } = s3Reading(server, options);
  const nameOf = (key: string): string => server.location.prefix + objectKey(key);
  const sign = (asked: Omit<Presigning, 'expiresInSeconds' | 'now'>) => {
    const times = { expiresInSeconds: EXPIRES_IN_SECONDS, now: reading.context.clock.now() };
    const { 'content-length': _, ...headers } = asked.headers ?? {};
    return { url: presigned(server, { ...asked, ...times }), headers };
  };
  const found = async (object: StoredObject) => {
    await ready();
    return foundOf(reading, { object, name: nameOf(object.key) });
  };
  return {
    put: async (object) => {
      const there = await found(object);
      if (there === 'same') return undefined;
      const condition = there === 'damaged' ? 'replace' : 'create';
      const headers = { ...headersOf(object, condition), [DIGEST_HEADER]: object.sha256 };
      return sign({ method: 'PUT', name: nameOf(object.key), headers });
    },
    begin: async (object) => {
      if ((await found(object)) === 'same') return undefined;
      const upload = { name: nameOf(object.key), headers: { [DIGEST_HEADER]: object.sha256 } };
      return (await beginMultipart(reading.calls, server.location.bucket, upload)).uploadId;
    },
    part: (key, uploadId, part) =>
      sign({
        ...{ method: 'PUT', name: nameOf(key), headers: headersOf(part, 'replace') },
        query: { partNumber: String(part.number), uploadId },
      }),
    complete: (object, uploadId, parts) =>
      complete(reading, { object, name: nameOf(object.key), uploadId }, parts),
    abort: (key, uploadId) => multipart(reading.calls, nameOf(key), uploadId).abort(),
    get: (key) => sign({ method: 'GET', name: nameOf(key) }),
  };
};

type Multipart = { object: StoredObject; name: string; uploadId: string };

const complete = async (
  reading: Reading,
  { object, name, uploadId }: Multipart,
  parts: Parameters<ObjectGrants['complete']>[2],
): Promise<void> => {
  const upload = multipart(reading.calls, name, uploadId);
  const { created } = await settle(reading, { object, name }, (condition) =>
    upload.complete(parts, condition),
  );
  if (created) await requireWhole(reading, object, name);
  else await upload.abort();
};

/** Size, digest and condition, all of them signed. */
const headersOf = (
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
  condition: Condition,
): Record<string, string> => ({
  ...conditionHeaders(condition),
  'content-length': String(sizeBytes),
  'x-amz-checksum-sha256': base64Of(sha256),
});

/** What is wrong stays, unread by anybody who checks, until the right bytes replace it: by now they may be what would be removed. */
const requireWhole = async (reading: Reading, object: StoredObject, name: string): Promise<void> => {
  const measured = await measureObject(reading, name);
  if (measured?.sha256 === object.sha256) return;
  throw mismatchedObject(object.key, object.sha256, measured?.sha256 ?? 'nothing');
};
