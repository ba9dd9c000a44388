import { z } from 'zod';
import { BuildCaps, NotBuiltList, UnusableArch } from '../events/agent-events.js';
import { CleanUp } from '../events/clean-up.js';
import { Failure } from '../events/failure.js';
import { HeldLayers } from './held-layers.js';
import {
  ArtifactReported,
  AttemptParked,
  AttemptResumed,
  BootTested,
  LogStored,
  PlanResolved,
  StepFinished,
  StepStarted,
} from '../events/job-events.js';
import { AgentId } from './agent-id.js';

/** The attempt ended without an artifact. */
export const AttemptEnded = z.object({
  type: z.literal('AttemptEnded'),
  /** `cleanUp`: of an attempt that was stopped. */
  data: z.object({ attempt: z.int().min(1), failure: Failure, cleanUp: CleanUp.optional() }),
});

/**
 * One fact about an attempt. `seq` counts from 1 within the attempt and never changes, so that a repeated report is
 * recorded once.
 */
export const AgentReport = z.object({
  seq: z.int().min(1),
  fact: z.discriminatedUnion('type', [
    PlanResolved,
    StepStarted,
    StepFinished,
    BootTested,
    AttemptParked,
    AttemptResumed,
    LogStored,
    ArtifactReported,
    AttemptEnded,
  ]),
});
export type AgentReport = z.infer<typeof AgentReport>;

/** No host builds more images at once. */
export const MOST_SLOTS = 64;

/** What an agent is, as far as placement cares. */
export const AgentDescription = z.object({
  agentId: AgentId,
  /** New at every start of the agent's process: work of an older session is gone. */
  sessionId: z.string().min(1),
  arch: z.string(),
  /** Other architectures whose images it builds, emulated; absent: none. */
  emulates: z.array(z.string()).optional(),
  /** Those that only want an emulator on its host; absent: none. */
  couldEmulate: z.array(z.string()).optional(),
  /** Those that its host cannot emulate for another reason; absent: none. */
  cannotEmulate: z.array(UnusableArch).optional(),
  /** Of what its host builds no image, whatever the architecture; absent: it builds of everything. */
  cannotBuild: NotBuiltList.optional(),
  /** Architectures whose images its host cannot boot; absent: it boots all it builds. */
  cannotBoot: z.array(UnusableArch).optional(),
  slots: z.int().min(1).max(MOST_SLOTS),
  host: z.string(),
  release: z.string(),
  freeDiskPercent: z.number(),
  /** The layers it has cached, as far as builds may want them; absent: it does not say. */
  layers: HeldLayers.optional(),
  /** Of its host, or of what holds it there. */
  memoryBytes: z.int().optional(),
  /** Enforced on every build; absent: an older release, which enforces none. */
  caps: BuildCaps.optional(),
});
export type AgentDescription = z.infer<typeof AgentDescription>;

/** The agent's state: everything it works on, with the facts not yet acknowledged. */
export const SyncRequest = z.object({
  /** What the agent speaks (`AGENT_PROTOCOL`); absent: the first. */
  protocol: z.int().optional(),
  agent: AgentDescription,
  running: z.array(
    z.object({
      jobId: z.string(),
      attempt: z.int().min(1),
      reports: z.array(AgentReport),
    }),
  ),
  /** The agent leaves: give it nothing new. */
  draining: z.boolean(),
  /** The reply may be held back this long when there is nothing to say. */
  waitMs: z.int().min(0).max(10_000),
});
export type SyncRequest = z.infer<typeof SyncRequest>;

/** What one scheduler tells the others about an agent it heard: that it lives, and which attempts it works on. */
export const AgentHeard = z.object({
  agent: AgentDescription,
  draining: z.boolean(),
  running: z.array(z.object({ jobId: z.string(), attempt: z.int().min(1) })),
});
export type AgentHeard = z.infer<typeof AgentHeard>;

/** What a scheduler says to itself, over the transport that brings the others' hints. */
export const SchedulerEcho = z.object({ from: z.string() });
export type SchedulerEcho = z.infer<typeof SchedulerEcho>;

/** Work for an agent. The inputs are the object `inputs/<inputDigest>.json`. */
export const Assignment = z.object({
  jobId: z.string(),
  attempt: z.int().min(1),
  imageName: z.string(),
  imageVersion: z.string(),
  inputDigest: z.hash('sha256'),
  useCache: z.boolean(),
  bootTest: z.boolean(),
  timeoutMs: z.number(),
});
export type Assignment = z.infer<typeof Assignment>;

/**
 * The state the scheduler wants. `run`: these attempts, whole (an agent starts what it does not run yet). `stop`: end
 * these; `cancelled` wants an AttemptEnded report as proof, `stale` wants nothing more. An attempt in neither list
 * whose reports were all acknowledged after its end is forgotten by the agent.
 */
export const SyncReply = z.object({
  run: z.array(Assignment),
  stop: z.array(
    z.object({ jobId: z.string(), attempt: z.int(), why: z.enum(['cancelled', 'timeout', 'stale']) }),
  ),
  acknowledged: z.array(z.object({ jobId: z.string(), attempt: z.int(), seq: z.int() })),
  /** The agent counts this on its own monotonic clock from sending the request and stops its builds at 80 % of it. */
  leaseMs: z.int(),
  nextSyncMs: z.int(),
  /** A later session of this agent has taken part: nothing is granted to this one any more. */
  replaced: z.boolean().optional(),
  /** Somebody wants the agent drained: it gets nothing new until it is resumed. */
  drain: z.boolean().optional(),
});
export type SyncReply = z.infer<typeof SyncReply>;
