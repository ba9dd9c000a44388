import type { AttemptLost } from '@gild/contracts';
import type { z } from 'zod';
import type { JobRecord } from './job-record.js';

/** Remembers that the log of a lost attempt ends somewhere in its middle; one that never began has none. */
export const withoutRestOfLog = (
  record: JobRecord,
  { attempt, unheard }: Pick<z.infer<typeof AttemptLost>['data'], 'attempt' | 'unheard'>,
): JobRecord =>
  record.log === undefined && unheard !== true
    ? { ...record, interruptedLogs: [...record.interruptedLogs, attempt] }
    : record;
