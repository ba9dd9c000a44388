import { faultCode } from '@gild/ports';
import type { Report } from '../scheduler-deps.js';

/** A build that this release cannot decide about is reported and left as it is: the agent's others go on. */
export const orUndecided = async <T>(
  work: Promise<T>,
  { jobId, report }: { jobId: string; report: Report },
): Promise<T | 'undecided'> => {
  try {
    return await work;
  } catch (error) {
    if (faultCode(error) !== 'NEWER_RELEASE') throw error;
    report(error, { jobId });
    return 'undecided';
  }
};
