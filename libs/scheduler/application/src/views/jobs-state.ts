import { DEFAULT_POLICY, type Failure, type ImageBuildPolicy } from '@gild/contracts';
import type { AgentState, JobRecord, MembershipState } from '@gild/scheduler-domain';

/** What the registry did with a reported artifact. */
export type Verdict = { attempt: number; eventId: string } & (
  { kind: 'published'; version: string } | { kind: 'refused'; failure: Failure }
);

export type JobEntry = {
  record: JobRecord;
  /** Session of the agent when it was granted the current attempt. */
  sessionId?: string;
  verdict?: Verdict;
};

export type AgentEntry = { state: AgentState; pastSessions: readonly string[] };

/** Everything the scheduler serves and acts on, folded from the log. */
export type JobsState = {
  jobs: Map<string, JobEntry>;
  /** Ids of jobs that wait for an agent, and of those with an attempt that counts. */
  queued: Set<string>;
  underWay: Set<string>;
  agents: Map<string, AgentEntry>;
  /** Agents that joined, or did once. */
  members: Map<string, MembershipState>;
  /** What steps took in earlier builds. */
  durations: Map<string, readonly number[]>;
  policy: ImageBuildPolicy;
};

export const emptyJobsState = (): JobsState => ({
  jobs: new Map(),
  queued: new Set(),
  underWay: new Set(),
  agents: new Map(),
  members: new Map(),
  durations: new Map(),
  policy: DEFAULT_POLICY,
});

export const entriesOf = (ids: ReadonlySet<string>, { jobs }: JobsState): JobEntry[] =>
  [...ids].flatMap((id) => jobs.get(id) ?? []);
