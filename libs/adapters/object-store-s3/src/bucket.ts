import type { S3Calls } from './s3-calls.js';
import type { S3Server } from './s3-server.js';

const MADE_MEANWHILE = ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'];

/** Makes the bucket where it is missing. Keys that may not ask for buckets have one that was made for them. */
export const ensureBucket = async (
  calls: S3Calls,
  { location: { bucket }, region }: S3Server,
): Promise<void> => {
  const { status } = await calls.ask({ method: 'HEAD', name: '', expect: [200, 403, 404] });
  if (status !== 404) return;
  await calls.call(`making bucket ${bucket}`, async (client) => {
    try {
      await client.makeBucket(bucket, region);
    } catch (error) {
      if (!MADE_MEANWHILE.includes(String((error as { code?: unknown }).code))) throw error;
    }
  });
};
