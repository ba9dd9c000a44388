import { faultCode } from '@gild/ports';
import type { Blamed, Report } from '../scheduler-deps.js';

/** A build or agent that this release cannot decide about is reported and left as it is: the rest of what the agent says is heard. */
export const orUndecided = async <T>(
  work: Promise<T>,
  { of, report }: { of: Blamed; report: Report },
): Promise<T | 'undecided'> => {
  try {
    return await work;
  } catch (error) {
    if (faultCode(error) !== 'NEWER_RELEASE') throw error;
    report(error, of);
    return 'undecided';
  }
};
