import type {
  AgentFor,
  AgentForReply,
  AgentHeard,
  CancelBuild,
  IssueJoinToken,
  IssueJoinTokenReply,
  JoinAgent,
  JoinReply,
  ChangeMembership,
  DrainAgent,
  QuarantineAgent,
  ReleaseAgent,
  ReplayedPolicy,
  ReplayPolicy,
  RequestBuild,
  RequestBuildReply,
  ResumeAgent,
  SyncReply,
  SyncRequest,
  UserCredentials,
} from '@gild/contracts';
import type { ViewReport } from '@gild/application-core';
import { job, type JobDocument } from '@gild/scheduler-domain';
import { farmOf } from './farm.js';
import { hear } from './agents/heard-agents.js';
import {
  issueJoinToken,
  joinAgent,
  readmitAgent,
  removeAgent,
  renewCredentials,
  requireMember,
} from './membership/membership-use-cases.js';
import { ControlLoop } from './processes/control-loop.js';
import { rebuilding } from './rebuilding/rebuilding.js';
import { policyReplays } from './replay/replay-policy.js';
import { agentFor } from './requests/agent-for.js';
import { agentSummaries, type AgentSummary } from './requests/agents-query.js';
import { agentStanding } from './requests/agent-standing.js';
import { cancelBuild } from './requests/cancel-build.js';
import { farmLoad, type FarmLoad } from './requests/farm-load.js';
import { jobById, jobs, whyOf, type JobsQuery, type WhyReply } from './requests/job-queries.js';
import { requestBuild } from './requests/request-build.js';
import { DEFAULT_TIMING, type SchedulerDeps } from './scheduler-deps.js';
import { agentSync } from './sync/agent-sync.js';

/**
 * The scheduler's use cases; requests are parsed by the edge. A refusal is a fault with a code of `errorCodes`. Any number
 * of schedulers may work on one log: what two decide at once is settled by the stream's revision.
 */
export type SchedulerService = {
  /** Begins to grant, complete and time out builds, and to rebuild images; resolves after the first look at everything left open. */
  start(): Promise<void>;
  /** Ends waiting syncs and resolves when nothing of the scheduler runs any more. */
  stop(): Promise<void>;
  /** The same request id gives the same job. Faults: those of `prepareBuild`. */
  requestBuild(request: RequestBuild): Promise<Required<RequestBuildReply>>;
  /** Answers the job as it is then. Faults: JOB_NOT_FOUND, JOB_ENDED. */
  cancelBuild(request: CancelBuild): Promise<JobDocument>;
  /** Newest first. Fault: INVALID_REQUEST when `at` (a day, a time or a position) names no moment of the log. */
  jobs(query?: JobsQuery): Promise<JobDocument[]>;
  /** Faults: JOB_NOT_FOUND, also when it was requested after `at`; those of `jobs`. */
  job(jobId: string, at?: string): Promise<JobDocument>;
  /** Faults: those of `job`. */
  why(jobId: string, at?: string): Promise<WhyReply>;
  /** By id; of the past what is on record. Fault: INVALID_REQUEST when `at` names no moment of the log. */
  agents(at?: string): Promise<AgentSummary[]>;
  /** What waits and runs, and who could take it, in numbers. */
  load(): Promise<FarmLoad>;
  /**
   * What somebody decides about an agent, kept over restarts; asked for again, nothing more happens. All answer the agent as it
   * is then. Fault: AGENT_NOT_FOUND.
   */
  drainAgent(request: DrainAgent): Promise<AgentSummary>;
  resumeAgent(request: ResumeAgent): Promise<AgentSummary>;
  quarantineAgent(request: QuarantineAgent): Promise<AgentSummary>;
  releaseAgent(request: ReleaseAgent): Promise<AgentSummary>;
  /** Which agent to ask what a build would do. Fault: UNAVAILABLE, with why there is none. */
  agentFor(wanted: AgentFor): Promise<AgentForReply>;
  /** Takes note of an agent that speaks to somebody else; nothing of it is recorded. */
  hear(heard: AgentHeard): void;
  /** The right to join one agent. Faults: AGENT_REMOVED, FORBIDDEN_BY_POLICY in a farm without a signing key. */
  issueJoinToken(request: IssueJoinToken): Promise<IssueJoinTokenReply>;
  /** Faults: JOIN_TOKEN_UNKNOWN, JOIN_TOKEN_EXPIRED, JOIN_TOKEN_BOUND, JOIN_TOKEN_USED, AGENT_ID_TAKEN, AGENT_REMOVED, FORBIDDEN_BY_POLICY. */
  joinAgent(request: JoinAgent): Promise<JoinReply>;
  /** Nothing of the agent is heard any more. Fault: AGENT_NOT_FOUND. */
  removeAgent(request: ChangeMembership): Promise<{ agent_id: string }>;
  /** Whoever was removed may join again, with a new token. Fault: AGENT_NOT_FOUND. */
  readmitAgent(request: ChangeMembership): Promise<{ agent_id: string }>;
  /** Faults: AGENT_NOT_JOINED, FORBIDDEN_BY_POLICY. */
  renewCredentials(agentId: string): Promise<UserCredentials>;
  /** One turn of the agents' protocol; answers within `waitMs`. Fault: AGENT_NOT_JOINED. */
  agentSync(request: SyncRequest): Promise<SyncReply>;
  /**
   * What another policy would have done in a stretch of the log; nothing is recorded. Faults: INVALID_DOCUMENT, INVALID_REQUEST,
   * TOO_MANY_REQUESTS, UNAVAILABLE.
   */
  replayPolicy(request: ReplayPolicy): Promise<ReplayedPolicy>;
  /** Rebuilds every view from nothing and compares it with the served one at the same position. */
  verifyViews(): Promise<{ views: ViewReport[] }>;
};

export const schedulerService = (deps: SchedulerDeps): SchedulerService => schedulerWith(deps, job);

/** The same with another decider of jobs: a test proves with a broken one that the simulation would notice. */
export const schedulerWith = (deps: SchedulerDeps, decider: typeof job): SchedulerService => {
  const { quarantines = true } = deps;
  const farm = farmOf({ ...deps, decider, quarantines, timing: { ...DEFAULT_TIMING, ...deps.timing } });
  const stopping = new AbortController();
  const loop = new ControlLoop(farm, stopping.signal);
  const rebuilds = deps.rebuilds === true ? rebuilding(farm) : undefined;
  return {
    // What rebuilds asks the registry first, which may come later.
    start: () => loop.start().then(() => void rebuilds?.start()),
    stop: async () => {
      stopping.abort();
      farm.bell.ringAll();
      await Promise.all([loop.ended(), rebuilds?.stop()]);
    },
    requestBuild: (request) => requestBuild(request, farm),
    cancelBuild: async (request) => {
      await cancelBuild(request, farm);
      return jobById(request.jobId, undefined, farm);
    },
    jobs: (query = {}) => jobs(query, farm),
    job: (jobId, at) => jobById(jobId, at, farm),
    why: (jobId, at) => whyOf(jobId, at, farm),
    agents: (at) => agentSummaries(farm, at),
    load: () => farmLoad(farm),
    ...agentStanding(farm),
    agentFor: (wanted) => agentFor(wanted, farm, stopping.signal),
    hear: (heard) => hear(heard, farm),
    issueJoinToken: (request) => issueJoinToken(request, farm),
    joinAgent: (request) => joinAgent(request, farm),
    removeAgent: (request) => removeAgent(request, farm),
    readmitAgent: (request) => readmitAgent(request, farm),
    renewCredentials: (agentId) => renewCredentials(agentId, farm),
    agentSync: async (request) => {
      await requireMember(request.agent.agentId, farm);
      return agentSync(request, farm, stopping.signal);
    },
    replayPolicy: policyReplays(farm, stopping.signal),
    verifyViews: async () => ({ views: [await farm.view.verify(farm.sha256)] }),
  };
};
