import { LONGEST_PARKED_MS } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { JobRecord } from './job-record.js';

/** The same, parked since then; not where it is being cancelled, for then its agent is waited for no longer. */
export const parked = (
  record: JobRecord,
  reason: { code: string; message: string },
  time: string,
): JobRecord =>
  record.cancel === undefined ? { ...record, waiting: reason, parkedAt: record.parkedAt ?? time } : record;

/** The same, not parked from then on. */
export const resumed = (record: JobRecord, time: string): JobRecord => ({
  ...record,
  ...{ waiting: undefined, parkedAt: undefined, parkedMs: parkedUntil(record, time) },
});

/** For how long the current attempt was parked until then, as far as that is no time of its build. */
export const parkedUntil = ({ parkedMs, parkedAt }: JobRecord, time: string): number => {
  const lastMs = parkedAt === undefined ? 0 : Math.max(0, epochMs(time) - epochMs(parkedAt));
  return Math.min(parkedMs + lastMs, LONGEST_PARKED_MS);
};
