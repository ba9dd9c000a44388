export { AgentCommand, type AgentRejection } from './agent/agent-commands.js';
export { agent, type AgentState, type Quarantine } from './agent/agent.js';
export { isTrouble, quarantineMs, suspicion, withTrouble, type Troubles } from './agent/quarantine.js';
export { JobCommand, type JobRejection } from './job/job-commands.js';
export { hasEnded, highestAttempt, isUnderWay, type JobState, type JobStatus } from './job/job-state.js';
export { job } from './job/job.js';
export { joinToken, type JoinTokenCommand, type JoinTokenRejection } from './membership/join-token.js';
export {
  isShutOut,
  membership,
  type MembershipCommand,
  type MembershipRejection,
  type MembershipState,
} from './membership/membership.js';
export { lossOf } from './job/retry.js';
export { archesOf, isShut, type AgentCapacity } from './placement/agent-pools.js';
export { agentToAsk, type AgentToAsk } from './placement/agent-to-ask.js';
export {
  decideGrants,
  type Grant,
  type PlacementAnswer,
  type PlacementPolicy,
  type PlacementQuestion,
  type QueuedBuild,
  type RunningBuild,
} from './placement/decide-grants.js';
export { queuedBuild, runningBuild } from './placement/build-of-record.js';
export { waitingReasons, type WaitingReason, type Wanted } from './placement/waiting-reasons.js';
export { explainWhy } from './record/explain-why.js';
export { jobDocument, jobStatus, type JobDocument } from './record/job-document.js';
export {
  evolveRecord,
  newJobRecord,
  type JobRecord,
  type RecordContext,
  type Setback,
} from './record/job-record.js';
export { buildTimeMs } from './replay/build-time-limit.js';
export { EventList } from './replay/event-list.js';
export { HistoryReader, type AgentFact, type History } from './replay/history.js';
export { replayedPolicy } from './replay/replayed-policy.js';
export { SimulatedFarm } from './replay/simulated-farm.js';
export type { StepRecord } from './record/step-records.js';
export { timeForAttempt, timeForBuild } from './record/time-for-attempt.js';
export { progressPercent, stepProgress, type WeighedStep } from './record/progress.js';
export { expectedMs, remember, stepKey, type StepDurations } from './record/step-weights.js';
