export { type BootCheck, type BootTestResult, type CheckResult, Firmware } from './build/boot-test.js';
export { FIRMWARES, PlannedBoot } from './build/boot-test.js';
export { EMULATED_TIMES } from './build/emulation.js';
export { InstalledPackage } from './build/installed-package.js';
export { LONGEST_PARKED_MS } from './build/longest-parked.js';
export { BaseVersion, BuildBase, BuildInputs, ChosenTaskserv, ENGINE } from './build/build-inputs.js';
export { changeRecipe } from './build/change-recipe.js';
export { partsOf, VersionPart } from './build/version-part.js';
export { type ExtraRepository, type LayerRecipe } from './build/layer-recipe.js';
export { type RecipeDownload, type RecipeFile, type RecipeScript } from './build/layer-recipe.js';
export { type ResolvedLayer, type ResolvedPackage, type Target } from './build/layer-recipe.js';
export { Arch, ARCHES, ArchName } from './documents/arch.js';
export { SBOM_FORMATS, SbomFormat } from './documents/sbom-format.js';
export {
  type ComparedVersion,
  type DefinitionChange,
  type VersionDiff,
  type Versioned,
  type VersionedChanges,
} from './documents/version-diff.js';
export { definitionDigest, definitionText } from './documents/definition-text.js';
export { ImageName, ImageVersion, IpAddress, LabelKey, PackageVersion } from './documents/field-formats.js';
export { Sha256Hex, TaskservName, Timestamp, Ulid, VersionRange } from './documents/field-formats.js';
export { ChannelName } from './documents/field-formats.js';
export { BootOutcome, BuildStatus, BuildStep, BuildStepStatus } from './documents/golden-image-build-job.js';
export { GoldenImageBuildJob } from './documents/golden-image-build-job.js';
export { GoldenImageCache } from './documents/golden-image-cache.js';
export { archesOf, GoldenImageConfig, GoldenImageConfigDocument } from './documents/golden-image-config.js';
export { type GoldenImageConfigInput } from './documents/golden-image-config.js';
export { GoldenImageRegistry } from './documents/golden-image-registry.js';
export { GoldenImageVersion, ImageArtifact, VersionState } from './documents/golden-image-version.js';
export { DEFAULT_POLICY, ImageBuildPolicy } from './documents/image-build-policy.js';
export { ImageBuildPolicyDocument, resolvePolicy } from './documents/image-build-policy.js';
export { type ImageBuildPolicyInput } from './documents/image-build-policy.js';
export { ImageBuildSteps, ImageBuildStepsDocument } from './documents/image-build-steps.js';
export { type ImageBuildStepsInput } from './documents/image-build-steps.js';
export { DISTRIBUTIONS, type Distribution } from './distributions/distribution.js';
export { type AptArch, type AptArchive, type AptMirrors, type AptRelease } from './distributions/release.js';
export { type Release, type ReleaseArch, type RpmRelease } from './distributions/release.js';
export { type RpmRepository, rendererOf, type X86Level } from './distributions/release.js';
export { DEFAULT_OS_VERSION, OS_RELEASES, osRelease } from './distributions/releases.js';
export { type SignedLoaderFile, type SignedLoaders, signedLoaders } from './distributions/signed-loaders.js';
export { resolveDefinition, usualBuildMinutes, withPolicyDefaults } from './documents/resolve-definition.js';
export { errorCodes, type ErrorCode, type ErrorReply } from './error-codes.js';
export { AgentAnnounced, AgentDrainRequested, AgentEvent, AgentQuarantined } from './events/agent-events.js';
export { AgentReleased, AgentResumed, AgentSilent, AgentTrouble, BuildCaps } from './events/agent-events.js';
export { NotBuilt, recordedReason, UnusableArch } from './events/agent-events.js';
export {
  Artifact,
  ArtifactLayer,
  LogRecord,
  jobOfLogChunk,
  objectKeys,
  objectSuffix,
  StoredObject,
} from './events/artifact.js';
export { EVENT_FAMILIES, eventTypes, isKnownEvent, KnownEvent } from './events/known-events.js';
export { eventReader, schemaVersionOf, type Upcast, upcast, type Upcasters } from './events/upcasting.js';
export { type WrittenEvent } from './events/upcasting.js';
export { CleanUp } from './events/clean-up.js';
export { Failure, FailureClass } from './events/failure.js';
export { ConfirmedArtifact, ImageDefined, ImageEvent, VersionConfirmed } from './events/image-events.js';
export { VersionReleased, VersionReserved, isLifeEvent, LifeEvent } from './events/image-events.js';
export { ArtifactReported, AttemptFailed, AttemptGranted, AttemptLost } from './events/job-events.js';
export { AttemptParked, AttemptResumed, BootTested, BuildCancelled } from './events/job-events.js';
export { BuildCompleted, BuildFailed, BuildRequested, BuildWaiting } from './events/job-events.js';
export { CancelRequested, JobEvent, LateReportRefused, LogStored } from './events/job-events.js';
export { NearestLayer, PlannedStep, PlanResolved, StepFinished, StepStarted } from './events/job-events.js';
export { BuildsPlaced, PlacementEvent } from './events/placement-events.js';
export { AgentJoined, AgentLabels, AgentReadmitted, AgentRemoved } from './events/membership-events.js';
export { JoinTokenEvent } from './events/membership-events.js';
export { JoinTokenIssued, JoinTokenUsed, MembershipEvent } from './events/membership-events.js';
export { PolicyEvent, PolicySet } from './events/policy-events.js';
export { ArtifactRefused, ArtifactsAccepted, FurtherArtifact } from './events/version-events.js';
export { publishedArtifacts, VersionEvent, VersionPublished } from './events/version-events.js';
export { VmEvent, VmMoved, VmReimaged, VmStarted, VmStopped } from './events/vm-events.js';
export { ACTOR_HEADER, actorFromHeader, actorToHeader } from './protocol/actor-header.js';
export { AgentDescription, AgentHeard, AgentReport, Assignment } from './protocol/agent-sync.js';
export { AttemptEnded, SchedulerEcho, SyncReply, SyncRequest } from './protocol/agent-sync.js';
export { AGENT_PROTOCOL, FIRST_PROTOCOL, protocolProblem } from './protocol/agent-protocol.js';
export { FarmFacts, IssueJoinToken, type IssueJoinTokenReply, JoinAgent } from './protocol/joining.js';
export { ChangeMembership, JoinReply, JoinToken, joinTokenOf, partsOfJoinToken } from './protocol/joining.js';
export { AGENT_CREDENTIALS_MS, UserCredentials, UserPublicKey } from './protocol/joining.js';
export { heldLayers, MOST_HELD_LAYERS, shortKeysOf, shortLayerKey } from './protocol/held-layers.js';
export { AgentId, agentIdOfHost } from './protocol/agent-id.js';
export { AuditFinding, AuditReport, KeptCheckpoint } from './protocol/audit-report.js';
export { AuditCheckpoint, AuditKey, AuditKeys, EventProof, RecordedKey } from './protocol/audit-proof.js';
export { OutdatedImage, OutdatedQuery } from './protocol/outdated-image.js';
export { PlanReply } from './protocol/plan-reply.js';
export {
  type FarmFigures,
  type ModelError,
  type PolicyChanges,
  type ReplayedBuild,
  type ReplayedOutcome,
  type ReplayedPolicy,
  ReplayPolicy,
  type Spread,
} from './protocol/policy-replay.js';
export { Actor, AgentFor, AgentForReply, BuildOptions, CancelBuild } from './protocol/requests.js';
export { DrainAgent, PlanRequest, PrepareBuild, PreviewBuild, QuarantineAgent } from './protocol/requests.js';
export { ReleaseAgent, RequestBuild, ResumeAgent, type PreparedBuild } from './protocol/requests.js';
export { type RequestBuildReply } from './protocol/requests.js';
export { ReportVmStart, ReportVmStop, VmHost, VmId } from './protocol/vm-reports.js';
export { type Bond, type Bridge, type Device, type DhcpOverrides, type Ethernet } from './network/network.js';
export { type Network, type NetworkRoute, type Renderer, type Vlan } from './network/network.js';
export { interfaceOf, ipMethods } from './network/network-manager.js';
export { parseNetwork } from './network/parse-network.js';
export { ONLY_BUILDABLE, unsupportedViolations } from './support/unsupported.js';
export { splitStream, streams } from './streams.js';
export { agentOfSubject, answersOf, subjects } from './subjects.js';
export { Taskserv, TaskservCheck, TaskservInstallation } from './taskserv/taskserv.js';
export { base64Bytes } from './validation/base64.js';
export { formatViolations } from './validation/format-violations.js';
export { networkConfigViolations } from './validation/network-config.js';
export { editDistance } from './validation/nearest-name.js';
export { publicKeyProblem } from './validation/openssh-public-key.js';
export { parseDefinitionText } from './validation/parse-definition-text.js';
export { type ReadText, type TextResult } from './validation/plain-yaml.js';
export { schemaViolations } from './validation/schema-violations.js';
export { readDefinition } from './validation/read-definition.js';
export { validateDefinition, type DefinitionResult } from './validation/validate-definition.js';
export { timeWithinPolicy } from './validation/definition-rules.js';
export { validatePolicy, type PolicyResult } from './validation/validate-policy.js';
export { pathText, type TextPosition, violation, type Violation } from './validation/violation.js';
export { grantedParts } from './protocol/granted-parts.js';
export { ObjectGrant, ObjectGrantRequest } from './protocol/object-grants.js';
export { ChannelMoved, ChannelRemoved, DeprecationWithdrawn, VersionDeleted } from './events/life-events.js';
export { VersionDeprecated, VersionName, VersionRevoked } from './events/life-events.js';
export { DeleteVersion, DeprecateVersion, MoveChannel, RemoveChannel } from './protocol/life-requests.js';
export { RevokeVersion, RollBackChannel, WithdrawDeprecation } from './protocol/life-requests.js';
export { ObjectsCondemned, ObjectsRemoved, ObjectsSpared, StorageEvent } from './events/storage-events.js';
export { ProvenanceEvent, ProvenanceSigned, SignedProvenance } from './events/provenance-events.js';
export { RevokeKey, RotateKey } from './protocol/key-requests.js';
export { DsseEnvelope } from './protocol/dsse-envelope.js';
export {
  SigningKeyEvent,
  SigningKeyIntroduced,
  SigningKeyRevoked,
  SigningKeyRotated,
} from './events/signing-key-events.js';
export {
  CachedForm,
  CacheEntryDamaged,
  CacheEntryEvicted,
  EvictionReason,
} from './events/host-cache-events.js';
export {
  CacheAnnouncement,
  HostCacheEvent,
  HostCacheForgotten,
  HostCacheNamed,
  ImageCached,
} from './events/host-cache-events.js';
export {
  AnnounceHostCache,
  CacheId,
  DiskGrantRequest,
  ForgetHostCache,
  ForgottenHostCache,
  HostCacheRecord,
  HostPull,
  HostPullRequest,
  type RunningVm,
  RunningVms,
} from './protocol/host-cache.js';
