import { faultCode } from '@gild/ports';
import type { Watched } from './watched-ports.js';

/** Takes note of a sweep of a bucket's unfinished uploads that failed. */
export type SweepFailed = (error: unknown) => void;

/** Says so in the log and counts it: nobody waits for a sweep, so nobody else would ever learn of it. */
export const tellingOfSweeps =
  ({ meter, logger }: Pick<Watched, 'meter' | 'logger'>): SweepFailed =>
  (err) => {
    const code = faultCode(err) ?? 'INTERNAL';
    meter.count('gild_object_store_failures_total', { operation: 'sweep', code });
    logger.warn(
      { err },
      'unfinished uploads were not swept: they take space in the bucket until a sweep succeeds',
    );
  };
