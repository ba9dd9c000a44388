import type { Blamed, Report } from '../scheduler-deps.js';

/** How to report a failure, and whose it is. */
type Reporting<T> = { report: Report; of: (item: T) => Blamed };

/** One that fails is reported, keeps no other from its turn, and is tried again at the next look. */
export const forEach = async <T>(
  items: Iterable<T>,
  { report, of }: Reporting<T>,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  for (const item of items) await work(item).catch((error: unknown) => report(error, of(item)));
};

/** A build's. */
export const ofJob = ({ record }: { record: { request: { jobId: string } } }): Blamed => ({
  jobId: record.request.jobId,
});

/** An agent's, in a map by name. */
export const ofAgent = ([agentId]: readonly [string, unknown]): Blamed => ({ agentId });
