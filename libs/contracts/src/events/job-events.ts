import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';
import { VersionPart } from '../build/version-part.js';
import { Firmware, PlannedBoot } from '../build/boot-test.js';
import { Artifact, LogRecord } from './artifact.js';
import { CleanUp } from './clean-up.js';
import { Failure } from './failure.js';
import { RecordedDefinition } from './recorded-definition.js';

const attempt = z.int().min(1);

/** The cached layer that came nearest to one that was missing. */
export const NearestLayer = z.object({ step: z.string(), key: z.string() });
export type NearestLayer = z.infer<typeof NearestLayer>;

/** One step of an attempt's plan, in order of execution. */
export const PlannedStep = z.object({
  /** Unique within a plan: `prepare_base`, `taskserv:nginx`, `disk`, … */
  name: z.string(),
  /** What a person reads in the progress bar. */
  title: z.string(),
  /** Content key of the layer the step makes; absent for steps that make none. */
  key: z.string().optional(),
  cached: z.boolean(),
  /** Why the layer is not in the cache. */
  missReason: z.string().optional(),
  /** The layer that `missReason` compares with; absent: none was cached for the step. */
  nearest: NearestLayer.optional(),
  /** Switched off by the definition: recorded as skipped, not left out. */
  skipped: z.boolean(),
  /** Of the boot test: every firmware of the architecture, also the one it will not start with. */
  boots: z.array(PlannedBoot).optional(),
});
export type PlannedStep = z.infer<typeof PlannedStep>;

const CheckSummary = z.object({
  name: z.string(),
  passed: z.boolean(),
  attempts: z.int(),
  output: z.string(),
  ms: z.number(),
});

/** A build was asked for. Holds the resolved definition: what is built never depends on later defaults. */
export const BuildRequested = event('BuildRequested', {
  jobId: z.string(),
  imageName: z.string(),
  imageVersion: z.string(),
  buildNumber: z.int(),
  arch: z.string(),
  definition: RecordedDefinition,
  definitionDigest: z.hash('sha256'),
  /** Digest of everything that decides the result; the build inputs are the object of that name. */
  inputDigest: z.hash('sha256'),
  priority: z.int(),
  requestedBy: z.string(),
  useCache: z.boolean(),
  bootTest: z.boolean(),
  infrastructureRetries: z.int().min(0),
  timeoutMs: z.number(),
  /** Every architecture of the version, this one included, in the definition's order; absent: it is the only one. */
  parts: z.array(VersionPart).optional(),
  /** Why it was asked for, where that was said. */
  because: z.string().optional(),
});

/** The build waits, and why. Recorded only when the reason changes. */
export const BuildWaiting = event('BuildWaiting', {
  reason: z.object({ code: z.string(), message: z.string() }),
});

/** An agent may work on the build. `attempt` is the fencing token. */
export const AttemptGranted = event('AttemptGranted', {
  attempt,
  agentId: z.string(),
  leaseMs: z.number(),
  /** The agent is of another architecture; absent: it is not. */
  emulated: z.boolean().optional(),
});
export const PlanResolved = event('PlanResolved', { attempt, steps: z.array(PlannedStep) });
export const StepStarted = event('StepStarted', { attempt, step: z.string() });
export const StepFinished = event('StepFinished', {
  attempt,
  step: z.string(),
  status: z.enum(['done', 'skipped', 'failed']),
  durationMs: z.number().min(0),
  cache: z.enum(['hit', 'miss', 'none']),
  missReason: z.string().optional(),
  nearest: NearestLayer.optional(),
});

/** One boot of the finished disk, with what it showed. Times count from power-on. */
export const BootTested = event('BootTested', {
  attempt,
  firmware: Firmware,
  accelerator: z.enum(['kvm', 'tcg']),
  passed: z.boolean(),
  failure: z.string().optional(),
  msToKernel: z.number().optional(),
  msToUserspace: z.number().optional(),
  msToChecksGreen: z.number().optional(),
  checks: z.array(CheckSummary),
});
/** The attempt waits for the object store to take or to give something; it keeps its agent and its lease. */
export const AttemptParked = event('AttemptParked', {
  attempt,
  reason: z.object({ code: z.string(), message: z.string() }),
});
/** The object store took or gave what the attempt waited for. */
export const AttemptResumed = event('AttemptResumed', { attempt });
export const LogStored = event('LogStored', { attempt, log: LogRecord });

/** The artifact is in the object store. Nothing is published before its digest was checked there. */
export const ArtifactReported = event('ArtifactReported', { attempt, artifact: Artifact });

/** Without what it was parked. Measured by a scheduler that saw the attempt from its grant on; a lost one took it until it was last heard of. */
const tookMs = z.int().min(0).optional();

export const AttemptFailed = event('AttemptFailed', {
  attempt,
  tookMs,
  failure: Failure,
  /** Of an attempt that was stopped; absent: it ended by itself, or its agent is of an older release. */
  cleanUp: CleanUp.optional(),
  /** When the build may be granted again; absent when it will not be. */
  retryAt: z.string().optional(),
});
export const AttemptLost = event('AttemptLost', {
  attempt,
  agentId: z.string(),
  message: z.string(),
  tookMs,
  /** The agent certainly never worked on it: that it is gone says nothing about the build. */
  unheard: z.boolean().optional(),
  /** With `unheard`: the agent is there, and did not begin. */
  notBegun: z.boolean().optional(),
  retryAt: z.string().optional(),
});

/** An attempt that is not the current one reported something; nothing of it was used. */
export const LateReportRefused = event('LateReportRefused', {
  attempt,
  currentAttempt: z.int(),
  agentId: z.string(),
  report: z.string(),
});
export const CancelRequested = event('CancelRequested', { by: z.string(), reason: z.string().optional() });

/** Nothing of the build runs any more, because somebody cancelled it. */
export const BuildCancelled = event('BuildCancelled', { by: z.string() });
export const BuildCompleted = event('BuildCompleted', { attempt, version: z.string() });
export const BuildFailed = event('BuildFailed', {
  failure: Failure,
  attempts: z.int(),
  /** Of a build that is taken for what kills its agents: the attempts that speak for it. */
  losses: z.array(z.object({ attempt, agentId: z.string(), message: z.string() })).optional(),
});

/** Everything that can be recorded in a `job-…` stream. */
export const JobEvent = oneOf(
  BuildRequested,
  BuildWaiting,
  AttemptGranted,
  PlanResolved,
  StepStarted,
  StepFinished,
  BootTested,
  AttemptParked,
  AttemptResumed,
  LogStored,
  ArtifactReported,
  AttemptFailed,
  AttemptLost,
  LateReportRefused,
  CancelRequested,
  BuildCancelled,
  BuildCompleted,
  BuildFailed,
);
export type JobEvent = z.infer<typeof JobEvent>;
