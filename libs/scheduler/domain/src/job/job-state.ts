import type { Setbacks } from './retry.js';

/** One for all builds that have nothing yet: thousands may wait. */
export const NONE: readonly never[] = Object.freeze([]);

/** An attempt as far as fencing depends on it. */
export type Attempt = {
  agentId: string;
  /** Facts of the agent recorded so far: the next one has this number plus one. */
  facts: number;
  /** What was said when its agent was lost, if that speaks against the build. */
  lost?: string;
};

type Course = {
  /** Attempts granted, in order; the last one is the current one. */
  attempts: readonly Attempt[];
  retriesAllowed: number;
  /** How many attempts ended through no fault of the build. */
  setbacks: Setbacks;
  /** Attempts of which a late report was recorded. */
  late: readonly number[];
};

export type JobState =
  | { status: 'absent' }
  | (Course & { status: 'queued'; waitingFor?: string; retryAt?: string })
  | (Course & { status: 'running' })
  /** The artifact is reported; the registry decides whether it is published. */
  | (Course & { status: 'reported'; cancelledBy?: string })
  | (Course & { status: 'cancelling'; cancelledBy: string })
  | (Course & { status: 'completed' | 'failed' | 'cancelled' });

export type KnownJob = Exclude<JobState, { status: 'absent' }>;
export type JobStatus = JobState['status'];

export const hasEnded = (state: JobState): boolean =>
  state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled';

/** Whether the last attempt granted still counts. */
export const isUnderWay = (state: JobState): boolean =>
  state.status === 'running' || state.status === 'reported' || state.status === 'cancelling';

/** Number of the last attempt granted; 0 before the first. */
export const highestAttempt = (state: JobState): number =>
  state.status === 'absent' ? 0 : state.attempts.length;
