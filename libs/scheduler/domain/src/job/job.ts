import type { JobEvent } from '@gild/contracts';
import type { Decider } from '@gild/kernel';
import { decideJob } from './decide-job.js';
import { evolveJob } from './evolve-job.js';
import type { JobCommand, JobRejection } from './job-commands.js';
import type { JobState } from './job-state.js';

/**
 * A build from request to end. The number of the attempt is the fencing token: whatever happens to an attempt that was
 * replaced changes nothing.
 */
export const job: Decider<JobState, JobCommand, JobEvent, JobRejection> = {
  initial: { status: 'absent' },
  decide: decideJob,
  evolve: evolveJob,
};
