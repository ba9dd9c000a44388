import { z } from 'zod';
import { StoredObject } from '../events/artifact.js';

const claim = { jobId: z.string().min(1), attempt: z.int().min(1) };
const upload = { ...claim, object: StoredObject, uploadId: z.string().min(1) };
const LARGEST_PART_NUMBER = 10_000;
/** As the server named a part, without quotes: it goes into a document that is signed. */
const ETag = z.string().regex(/^[\w.-]{1,128}$/);

/**
 * What an agent that holds no keys of the object store asks the registry for. Only the attempt that the record says is granted to
 * the agent may write, and only what an attempt has to. `put` is for objects in one request; `begin`, `part` for each part, and
 * `complete` for those in several. Whoever knows the digest in a key may read under it.
 */
export const ObjectGrantRequest = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('put'), ...claim, object: StoredObject }),
  z.strictObject({ ask: z.literal('begin'), ...claim, object: StoredObject }),
  z.strictObject({
    ask: z.literal('part'),
    ...upload,
    number: z.int().min(1).max(LARGEST_PART_NUMBER),
    sha256: z.hash('sha256'),
    sizeBytes: z.int().min(0),
  }),
  z.strictObject({
    ask: z.literal('complete'),
    ...upload,
    parts: z
      .array(z.strictObject({ etag: ETag, sha256: z.hash('sha256') }))
      .min(1)
      .max(LARGEST_PART_NUMBER),
  }),
  z.strictObject({ ask: z.literal('abort'), ...upload }),
  z.strictObject({ ask: z.literal('head'), key: z.string().min(1) }),
  z.strictObject({ ask: z.literal('get'), key: z.string().min(1) }),
]);
export type ObjectGrantRequest = z.infer<typeof ObjectGrantRequest>;

/**
 * `exists`: the very bytes are there. `request`: send it within minutes, with exactly these headers. `upload`: begun. `done`:
 * complete, whole and checked, or aborted. `size`: of what is there; absent: nothing is.
 */
export const ObjectGrant = z.discriminatedUnion('grant', [
  z.object({ grant: z.literal('exists') }),
  z.object({
    grant: z.literal('request'),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
  }),
  z.object({ grant: z.literal('upload'), uploadId: z.string() }),
  z.object({ grant: z.literal('done') }),
  z.object({ grant: z.literal('size'), sizeBytes: z.int().optional() }),
]);
export type ObjectGrant = z.infer<typeof ObjectGrant>;
