import { systemClock, verifiedPieces } from '@gild/node-runtime';
import { type Clock, type ObjectStore, objectKey } from '@gild/ports';
import { ensureBucket } from './bucket.js';
import { listKeys } from './list-keys.js';
import { headOf, objectBytes, type Reading } from './read-object.js';
import { s3Calls } from './s3-calls.js';
import { DEFAULT_PACE, type Pace, type S3Context, type S3Server } from './s3-server.js';
import { nowAndThen, sweepUploads } from './sweep-uploads.js';
import { storeFile, storeSource } from './write-object.js';

export type S3Options = {
  pace?: Partial<Pace>;
  clock?: Clock;
  random?: () => number;
  /** Told of every sweep of unfinished uploads that failed; the store works on, and the uploads take space. */
  sweepFailed: (error: unknown) => void;
};

/** An object store in a bucket. Nothing is asked of the server before the first use. */
export type S3ObjectStore = ObjectStore & {
  /** Aborts uploads that nobody finished in time, and tells how many; using the store does so too, now and then. */
  sweepUploads: () => Promise<number>;
};

export const s3Context = (server: S3Server, options: S3Options): S3Context => ({
  server,
  pace: { ...DEFAULT_PACE, ...options.pace },
  clock: options.clock ?? systemClock,
  random: options.random ?? Math.random,
  sweepFailed: options.sweepFailed,
});

/** The calls of a server, and what has to be waited for before the first of them. */
export const s3Reading = (
  server: S3Server,
  options: S3Options,
): { reading: Reading; ready: () => Promise<void> } => {
  const context = s3Context(server, options);
  const calls = s3Calls(context);
  const made = once(() => ensureBucket(calls, server));
  // Not every server lists its unfinished uploads.
  const sweep = nowAndThen(() => sweepUploads(calls, context), context);
  const ready = async (): Promise<void> => {
    await made();
    await sweep();
  };
  return { reading: { calls, context }, ready };
};

/**
 * Objects in a bucket of any server that speaks S3, with plain calls only. The bucket is made at the first use. Memory stays
 * flat whatever the size of an object. A server that ignores `If-None-Match` is asked before and after: of two writers at the
 * very same moment with different bytes for one key both may then succeed, the later one for good.
 */
export const s3ObjectStore = (server: S3Server, options: S3Options): S3ObjectStore => {
  const { reading, ready } = s3Reading(server, options);
  const { calls, context } = reading;
  const nameOf = (key: string): string => server.location.prefix + objectKey(key);
  const using = { reading, nameOf, ready };
  return {
    ...writing(using),
    ...readings(using),
    delete: async (key) => {
      const name = nameOf(key);
      await ready();
      await calls.ask({ method: 'DELETE', name, expect: [200, 204, 404] });
    },
    sweepUploads: async () => {
      await ready();
      return sweepUploads(calls, context);
    },
  };
};

type Using = { reading: Reading; nameOf: (key: string) => string; ready: () => Promise<void> };

const writing = ({ reading, nameOf, ready }: Using): Pick<ObjectStore, 'put' | 'putFile'> => ({
  put: async (key, source, expectSha256) => {
    const target = { key, name: nameOf(key), expectSha256, sha256: expectSha256 };
    await ready();
    return storeSource(reading, target, source);
  },
  putFile: async (key, path, { expectSha256, signal } = {}) => {
    const target = { key, name: nameOf(key), expectSha256, signal };
    await ready();
    return storeFile(reading, target, path);
  },
});

const readings = ({ reading, nameOf, ready }: Using): Omit<ObjectStore, 'put' | 'putFile' | 'delete'> => ({
  read: async function* (object) {
    const name = nameOf(object.key);
    await ready();
    yield* verifiedPieces(object, objectBytes(reading, { key: object.key, name }));
  },
  readRange: async function* (key, start, end) {
    const name = nameOf(key);
    await ready();
    yield* objectBytes(reading, { key, name }, { start, end });
  },
  head: async (key) => {
    const name = nameOf(key);
    await ready();
    const found = await headOf(reading.calls, name);
    return found && { sizeBytes: found.sizeBytes };
  },
  list: async function* (prefix) {
    await ready();
    yield* listKeys(reading.calls, reading.context, prefix);
  },
});

/** Does it once; again only after it failed. */
const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
};
