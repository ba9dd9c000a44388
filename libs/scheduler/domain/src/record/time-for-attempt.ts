import type { JobRecord } from './job-record.js';

/** How long the current attempt may take: what the ones before left of the time of the whole build. */
export const timeForAttempt = ({ request, spentMs }: JobRecord): number => request.timeoutMs - spentMs;
