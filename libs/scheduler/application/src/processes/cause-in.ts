import type { JobEvent } from '@gild/contracts';
import { streams } from '@gild/contracts';
import type { Farm } from '../farm.js';

type Place = { jobId: string; types: readonly JobEvent['type'][]; attempt?: number };

/** The last event of a build that is of one of the types, and of the attempt where one is named, as the cause of another one. */
export const causeIn = async (
  { jobId, types, attempt }: Place,
  { store }: Pick<Farm, 'store'>,
): Promise<{ causationId?: string; causationStream?: string }> => {
  const stream = streams.job(jobId);
  for await (const { id, type, data } of store.readStream(stream, { direction: 'backwards' })) {
    const isOfType = types.some((each) => each === type);
    if (isOfType && (attempt === undefined || data['attempt'] === attempt))
      return { causationId: id, causationStream: stream };
  }
  return {};
};
