import { z } from 'zod';
import type { ImageBuildPolicy } from '../documents/image-build-policy.js';

/** What a policy with these fields changed would have done from one time or position of the log to another. */
export const ReplayPolicy = z.strictObject({
  changes: z.record(z.string(), z.unknown()),
  from: z.string().min(1).optional(),
  to: z.string().min(1).optional(),
});
export type ReplayPolicy = z.infer<typeof ReplayPolicy>;

/** What of a policy decides when builds run, as far as the log tells what it would need. */
export type PolicyChanges = Partial<Pick<ImageBuildPolicy, 'max_parallel_builds' | 'max_build_time_minutes'>>;

/** How a build ended; `refused`: its definition asks for more than the policy allows; `open`: it had not ended. */
export type ReplayedOutcome = 'completed' | 'failed' | 'timed_out' | 'cancelled' | 'refused' | 'open';

/** By the nearest rank. */
export type Spread = { median_seconds: number; p95_seconds: number; longest_seconds: number };

/** What a farm did in a stretch of its life, in numbers. */
export type FarmFigures = {
  builds: Record<ReplayedOutcome, number>;
  /** From the request to the first agent, of builds that had one. */
  waiting: Spread;
  /** From the request to the end, of builds that ended. */
  turnaround: Spread;
  /** Builds that had an agent at the same time, from the first request to the last end. */
  at_once: { max: number; mean: number };
  /** Of the time of all slots of agents that were there. */
  agents_used_percent: number;
  /** Absent: no build ended. */
  last_build_ended_at?: string;
};

/** One build by both policies; a negative difference: it is done sooner. */
export type ReplayedBuild = {
  job_id: string;
  image_name: string;
  requested_at: string;
  turnaround_seconds: { then: number; changed: number };
  difference_seconds: number;
};

/** How far the simulation with the policy of then is from what was: what else it says is no truer than that. */
export type ModelError = {
  /** Means over all builds of how much longer or shorter they waited, or took. */
  waiting_seconds: number;
  turnaround_seconds: number;
  /** Of builds that ended in the simulation too. Positive: later; 0 where there are none. */
  last_build_ended_seconds: number;
  /** Builds that ended otherwise than they did. */
  other_outcomes: number;
};

/** A stretch of a farm's history as it was, and as it would have been. */
export type ReplayedPolicy = {
  changes: PolicyChanges;
  from: string;
  to: string;
  /** Builds that ended in the stretch. */
  builds: number;
  /** Builds that had not ended: they take their place as far as it is known, and are in no figure. */
  left_out: number;
  real: FarmFigures;
  simulated: { then: FarmFigures; changed: FarmFigures };
  model_error: ModelError;
  /** The builds that gain and lose most, five of each at most. */
  gaining: ReplayedBuild[];
  losing: ReplayedBuild[];
};
