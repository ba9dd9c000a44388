import { systemClock, verifiedPieces } from '@gild/node-runtime';
import { type Clock, type ObjectStore, objectKey } from '@gild/ports';
import { ensureBucket } from './bucket.js';
import { listKeys } from './list-keys.js';
import { headOf, objectBytes, type Reading } from './read-object.js';
import { s3Calls } from './s3-calls.js';
import { DEFAULT_PACE, type Pace, type S3Context, type S3Server } from './s3-server.js';
import { sweepUploads } from './sweep-uploads.js';
import { storeFile, storeSource } from './write-object.js';

export type S3Options = { pace?: Partial<Pace>; clock?: Clock; random?: () => number };

/** An object store in a bucket. Nothing is asked of the server before the first use. */
export type S3ObjectStore = ObjectStore & {
  /** Aborts uploads that nobody finished in time, and tells how many; the first use does so too. */
  sweepUploads: () => Promise<number>;
};

export const s3Context = (server: S3Server, options: S3Options): S3Context => ({
  server,
  pace: { ...DEFAULT_PACE, ...options.pace },
  clock: options.clock ?? systemClock,
  random: options.random ?? Math.random,
});

/**
 * Objects in a bucket of any server that speaks S3, with plain calls only. The bucket is made at the first use. Memory stays
 * flat whatever the size of an object. A server that ignores `If-None-Match` is asked before and after: of two writers at the
 * very same moment with different bytes for one key both may then succeed, the later one for good.
 */
export const s3ObjectStore = (server: S3Server, options: S3Options = {}): S3ObjectStore => {
  const context = s3Context(server, options);
  const calls = s3Calls(context);
  const reading: Reading = { calls, context };
  const nameOf = (key: string): string => server.location.prefix + objectKey(key);
  const ready = once(async () => {
    await ensureBucket(calls, server);
    // Not every server lists its unfinished uploads.
    await sweepUploads(calls, context).catch(() => 0);
  });
  const whenReady = async <T>(use: () => Promise<T>): Promise<T> => {
    await ready();
    return use();
  };
  const readable = async function* (pieces: () => AsyncIterable<Uint8Array>) {
    await ready();
    yield* pieces();
  };
  return {
    put: async (key, source, expectSha256) => {
      const target = { key, name: nameOf(key), expectSha256, sha256: expectSha256 };
      return whenReady(() => storeSource(reading, target, source));
    },
    putFile: async (key, path, { expectSha256, signal } = {}) => {
      const target = { key, name: nameOf(key), expectSha256, signal };
      return whenReady(() => storeFile(reading, target, path));
    },
    read: (object) =>
      readable(() =>
        verifiedPieces(object, objectBytes(reading, { key: object.key, name: nameOf(object.key) })),
      ),
    readRange: (key, start, end) =>
      readable(() => objectBytes(reading, { key, name: nameOf(key) }, { start, end })),
    head: async (key) => {
      const name = nameOf(key);
      const found = await whenReady(() => headOf(calls, name));
      return found && { sizeBytes: found.sizeBytes };
    },
    list: async function* (prefix) {
      await ready();
      yield* listKeys(calls, context, prefix);
    },
    delete: async (key) => {
      const name = nameOf(key);
      await whenReady(() => calls.ask({ method: 'DELETE', name, expect: [200, 204, 404] }));
    },
    sweepUploads: () => whenReady(() => sweepUploads(calls, context)),
  };
};

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
