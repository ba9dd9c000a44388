import { epochMs } from '@gild/kernel';
import { multipart } from './multipart.js';
import type { S3Calls } from './s3-calls.js';
import type { S3Context } from './s3-server.js';

type Unfinished = { key: string; uploadId: string; initiated: Date };

/** What Gild stores, by the first part of its keys: a bucket without a prefix may have other tenants. */
const OWN = /^(images|inputs|layers|logs|package-states|packages)\//;

/** Whether the name is one of Gild's. */
export const isOurs = (name: string, prefix: string): boolean =>
  prefix === '' ? OWN.test(name) : name.startsWith(prefix);

/** MinIO answers for the whole bucket or for one key, not for what begins with a text. */
async function* unfinishedUploads(calls: S3Calls, { server }: S3Context): AsyncGenerator<Unfinished> {
  const { bucket, prefix } = server.location;
  let marker = '';
  do {
    const page = await calls.call('GET ?uploads', (client) =>
      client.listIncompleteUploadsQuery(bucket, '', marker, '', ''),
    );
    yield* page.uploads.filter(({ key }) => isOurs(key, prefix));
    marker = page.isTruncated ? page.nextKeyMarker : '';
  } while (marker !== '');
}

/**
 * Aborts what nobody finished in time, and tells how many it was. By the server's clock against ours: a clock that is wrong by
 * less than the age does no harm. MinIO lists what it remembers since its start, and aborts the rest itself after a day.
 */
export const sweepUploads = async (calls: S3Calls, context: S3Context): Promise<number> => {
  const before = epochMs(context.clock.now()) - context.pace.staleUploadMs;
  let aborted = 0;
  for await (const { key, uploadId, initiated } of unfinishedUploads(calls, context)) {
    if (initiated.getTime() > before) continue;
    await multipart(calls, key, uploadId).abort();
    aborted += 1;
  }
  return aborted;
};

/**
 * Does it with the first call, and again with the first one of every `sweepEveryMs`. That it fails is told each time, and keeps
 * nobody from the store.
 */
export const nowAndThen = (
  sweep: () => Promise<unknown>,
  { clock, pace, sweepFailed }: Pick<S3Context, 'clock' | 'pace' | 'sweepFailed'>,
): (() => Promise<void>) => {
  let lastMs = -Infinity;
  return async () => {
    if (clock.monotonicMs() - lastMs < pace.sweepEveryMs) return;
    lastMs = clock.monotonicMs();
    await sweep().catch(sweepFailed);
  };
};
