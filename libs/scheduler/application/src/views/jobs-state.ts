import { DEFAULT_POLICY, type Failure, type ImageBuildPolicy } from '@gild/contracts';
import type { AgentState, JobRecord, MembershipState, Troubles } from '@gild/scheduler-domain';

/** What the registry did with a reported artifact. */
export type Verdict = { attempt: number; eventId: string } & (
  { kind: 'published'; version: string } | { kind: 'refused'; failure: Failure }
);

export type JobEntry = {
  record: JobRecord;
  /** Session of the agent when it was granted the current attempt. */
  sessionId?: string | undefined;
  /** Quarantines in a row of that agent then: what became of an earlier round says nothing about this one. */
  round?: number | undefined;
  verdict?: Verdict | undefined;
};

export type AgentEntry = {
  state: AgentState;
  pastSessions: readonly string[];
  /** What befell builds there since one succeeded, or its standing changed. */
  troubles: Troubles;
  /** A build succeeded there that it was given after its quarantine. */
  proven: boolean;
};

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
  /** Short keys of the layers of the last plan, by what was planned (`layersKeys`). */
  layers: Map<string, readonly string[]>;
  policy: ImageBuildPolicy;
};

export const emptyJobsState = (): JobsState => ({
  jobs: new Map(),
  queued: new Set(),
  underWay: new Set(),
  agents: new Map(),
  members: new Map(),
  durations: new Map(),
  layers: new Map(),
  policy: DEFAULT_POLICY,
});

export const entriesOf = (ids: ReadonlySet<string>, { jobs }: JobsState): JobEntry[] =>
  [...ids].flatMap((id) => jobs.get(id) ?? []);
