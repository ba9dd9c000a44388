import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

export const LONGEST_REASON = 300;
const LONGEST_NAME = 64;

/** As much of a reason as is recorded: its first line, and no more of that than LONGEST_REASON. */
export const recordedReason = (text: string): string => {
  const [line = ''] = text.split('\n', 1);
  return line.length <= LONGEST_REASON
    ? line
    : `${line.slice(0, LONGEST_REASON - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

const Reason = z.string().overwrite(recordedReason).max(LONGEST_REASON);

/** An architecture a host does not deal with, and why not: it has an emulator that does not work, or lacks the machine to boot in. */
export const UnusableArch = z.object({
  arch: z.string(),
  reason: Reason,
});
export type UnusableArch = z.infer<typeof UnusableArch>;

/** Of which a host builds no image, and why not: a release of a distribution, or, without one, all of them. */
export const NotBuilt = z.object({
  distribution: z.string().max(LONGEST_NAME),
  release: z.string().max(LONGEST_NAME).optional(),
  reason: Reason,
});
export type NotBuilt = z.infer<typeof NotBuilt>;

/** More than there are releases: a later agent may know of some that are not known here. */
const MOST_NOT_BUILT = 64;

export const NotBuiltList = z.array(NotBuilt).max(MOST_NOT_BUILT);

/** What all programs of one build may take at most on an agent; one that takes more is ended. */
export const BuildCaps = z.object({
  processes: z.int().min(1),
  memoryBytes: z.int().min(1),
  diskBytes: z.int().min(1),
  files: z.int().min(1),
});
export type BuildCaps = z.infer<typeof BuildCaps>;

/** An agent announced itself, or announced something else than before. */
export const AgentAnnounced = event('AgentAnnounced', {
  agentId: z.string(),
  sessionId: z.string(),
  arch: z.string(),
  emulates: z.array(z.string()).optional(),
  couldEmulate: z.array(z.string()).optional(),
  cannotEmulate: z.array(UnusableArch).optional(),
  cannotBuild: NotBuiltList.optional(),
  cannotBoot: z.array(UnusableArch).optional(),
  slots: z.int().min(1),
  host: z.string(),
  release: z.string(),
  memoryBytes: z.int().optional(),
  caps: BuildCaps.optional(),
});

/** The agent was silent for longer than its lease. */
export const AgentSilent = event('AgentSilent', { agentId: z.string(), silentMs: z.number() });

/** Somebody wants the agent to finish what it runs and to get nothing new, until it is resumed. */
export const AgentDrainRequested = event('AgentDrainRequested', {
  agentId: z.string(),
  by: z.string(),
  reason: Reason.optional(),
});

/** Somebody ended the draining of an agent. */
export const AgentResumed = event('AgentResumed', { agentId: z.string(), by: z.string() });

/** An attempt that the agent did not bring to an end, through no fault of the build. */
export const AgentTrouble = z.object({
  jobId: z.string(),
  attempt: z.int().min(1),
  code: z.string(),
  message: Reason,
});
export type AgentTrouble = z.infer<typeof AgentTrouble>;

/**
 * The agent gets nothing new for a while, then one build to show whether it works again. By the scheduler for what happened
 * to builds there, which is the evidence, or by somebody, who then has to release it.
 */
export const AgentQuarantined = event('AgentQuarantined', {
  agentId: z.string(),
  by: z.string(),
  reason: Reason,
  /** Absent: until it is released by hand. */
  until: z.string().optional(),
  /** The how manieth time in a row, from 1: each is longer than the one before. */
  times: z.int().min(1),
  evidence: z.array(AgentTrouble),
});

/** The quarantine is over: a build succeeded there, or somebody said so. */
export const AgentReleased = event('AgentReleased', {
  agentId: z.string(),
  by: z.string(),
  reason: Reason.optional(),
});

/** Everything that can be recorded in an `agent-…` stream. */
export const AgentEvent = oneOf(
  AgentAnnounced,
  AgentSilent,
  AgentDrainRequested,
  AgentResumed,
  AgentQuarantined,
  AgentReleased,
);
export type AgentEvent = z.infer<typeof AgentEvent>;
