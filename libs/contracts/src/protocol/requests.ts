import { z } from 'zod';
import type { VersionPart } from '../build/version-part.js';
import { ImageVersion } from '../documents/field-formats.js';
import { AgentId } from './agent-id.js';

/** Who asks, for the record and for everyone who reads it: never nobody. */
export const Actor = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}*$/u, 'no control characters');

/** How a build is to be done, apart from what is built. */
export const BuildOptions = z.strictObject({
  arch: z.enum(['x86_64', 'aarch64', 'arm64']).optional(),
  /** Which part of the version to raise; absent: what changed decides (product document §1.3). */
  bump: z.enum(['major', 'minor', 'patch']).optional(),
  version: ImageVersion.optional(),
  useCache: z.boolean().default(true),
  bootTest: z.boolean().default(true),
  priority: z.int().min(-100).max(100).default(0),
});
export type BuildOptions = z.infer<typeof BuildOptions>;

const definedAs = {
  /** Only while this is the definition on record, which the build then does not change. */
  definedAs: z.hash('sha256').optional(),
};

/** `requestBuild`. The id makes the request safe to repeat: the same id gives the same job. */
export const RequestBuild = z.strictObject({
  requestId: z.string().min(8).max(128),
  actor: Actor,
  definition: z.unknown(),
  options: BuildOptions,
  ...definedAs,
  /** Why it is asked for, for the record. */
  because: z.string().trim().min(1).max(1000).optional(),
  /** The event that led to it. */
  causedBy: z.object({ eventId: z.string(), stream: z.string() }).optional(),
});
export type RequestBuild = z.infer<typeof RequestBuild>;

/** What `requestBuild` answers: `created` is false when an equal build runs already or its result exists. */
export type RequestBuildReply = {
  jobId: string;
  /** One job per architecture, in the order asked for; `jobId` is the first, and the only one when they are absent. */
  jobIds?: readonly string[];
  imageName: string;
  imageVersion: string;
  created: boolean;
};

/** `prepareBuild`: check, resolve, store the inputs, and reserve a version number for the job. */
export const PrepareBuild = z.strictObject({
  jobId: z.string(),
  /** Ids for the jobs of further architectures, as many as there may be. */
  otherJobIds: z.array(z.string()).optional(),
  actor: Actor,
  definition: z.unknown(),
  options: BuildOptions,
  ...definedAs,
});
export type PrepareBuild = z.infer<typeof PrepareBuild>;

/** A definition ready to build, or the version equal inputs were published as. */
export type PreparedBuild = {
  imageName: string;
  version: string;
  buildNumber: number;
  arch: 'x86_64' | 'aarch64';
  definition: Record<string, unknown>;
  definitionDigest: string;
  inputDigest: string;
  /** Whether the build that holds the version boots its image before it is published. */
  bootTest: boolean;
  /** The job the version belongs to: the asking one, or the one that builds or built equal inputs. */
  jobId: string;
  state: 'reserved' | 'building' | 'published';
  /** Every architecture that was asked for, first the one above; absent: it is the only one. */
  parts?: readonly VersionPart[];
};

/** `previewBuild`: as prepareBuild, but nothing is recorded but the inputs object. */
export const PreviewBuild = z.strictObject({ definition: z.unknown(), options: BuildOptions });

export const CancelBuild = z.strictObject({
  jobId: z.string(),
  actor: Actor,
  reason: z.string().optional(),
});
export type CancelBuild = z.infer<typeof CancelBuild>;

const ofAgent = { agentId: AgentId, actor: Actor };
const why = z.string().trim().min(1).max(300);

/** `drainAgent`: it finishes what it runs and gets nothing new. */
export const DrainAgent = z.strictObject({ ...ofAgent, reason: why.optional() });
export type DrainAgent = z.infer<typeof DrainAgent>;

export const ResumeAgent = z.strictObject(ofAgent);
export type ResumeAgent = z.infer<typeof ResumeAgent>;

/** `quarantineAgent`: it gets nothing new until somebody releases it. */
export const QuarantineAgent = z.strictObject({ ...ofAgent, reason: why });
export type QuarantineAgent = z.infer<typeof QuarantineAgent>;

/** `releaseAgent`: its quarantine is over, whoever began it. */
export const ReleaseAgent = z.strictObject({ ...ofAgent, reason: why.optional() });
export type ReleaseAgent = z.infer<typeof ReleaseAgent>;

/** `agentFor`: an agent that builds what is described; what is absent no agent lacks. */
export const AgentFor = z.strictObject({
  arch: z.string(),
  distribution: z.string().optional(),
  release: z.string().optional(),
});
export type AgentFor = z.infer<typeof AgentFor>;

export const AgentForReply = z.object({ agentId: AgentId });
export type AgentForReply = z.infer<typeof AgentForReply>;

/** `plan` of an agent: resolve packages and say what is cached. */
export const PlanRequest = z.strictObject({ inputDigest: z.hash('sha256'), useCache: z.boolean() });
export type PlanRequest = z.infer<typeof PlanRequest>;
