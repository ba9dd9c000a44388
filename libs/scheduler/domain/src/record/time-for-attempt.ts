import { EMULATED_TIMES } from '@gild/contracts';
import type { JobRecord } from './job-record.js';

/** How many minutes of the current attempt count as one of the time of the build. */
export const slowdown = ({ emulated }: Pick<JobRecord, 'emulated'>): number =>
  emulated === true ? EMULATED_TIMES : 1;

/** How long the current attempt may take: what the ones before left of the time of the whole build. */
export const timeForAttempt = (record: JobRecord): number =>
  (record.request.timeoutMs - record.spentMs) * slowdown(record);

/** How long the build may take if all of it is like the current attempt. */
export const timeForBuild = (record: JobRecord): number => record.request.timeoutMs * slowdown(record);
