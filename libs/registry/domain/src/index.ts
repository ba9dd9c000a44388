export { chooseBase, type BaseCandidate, type BaseChoice } from './base/choose-base.js';
export { versionDiff, type VersionContents } from './difference/version-diff.js';
export {
  answeringVersion,
  type EqualBuildQuestion,
  type HeldVersion,
  type ImageState,
} from './image/image-state.js';
export { image, ImageCommand, type ImageRejection } from './image/image.js';
export { type ReserveVersion } from './image/reserve-version.js';
export { isLifeRejection, type LifeCommand, type LifeRejection } from './life/life-commands.js';
export {
  channelsAt,
  currentOf,
  evolveLife,
  isUsable,
  NO_LIFE,
  previousOf,
  standingOf,
  type Fate,
  type LifeState,
  type VersionStanding,
} from './life/life-state.js';
export {
  nextVersion,
  type NamingAnswer,
  type NamingRejection,
  type NamingRequest,
  type StandingVersion,
  type VersionContent,
} from './naming/next-version.js';
export { policy, PolicyCommand, type PolicyState } from './policy/policy.js';
export { cyclonedxDocument, type CyclonedxDocument } from './sbom/cyclonedx-document.js';
export { type SbomSubject } from './sbom/sbom-subject.js';
export { spdxDocument, type SpdxDocument } from './sbom/spdx-document.js';
export { rebuildReasons, type RebuildQuestion, type RebuildReason } from './rebuilding/rebuild-reasons.js';
export { type BaseContent } from './taskservs/base-content.js';
export { chooseTaskservs } from './taskservs/choose-taskservs.js';
export { nearestNames } from './taskservs/nearest-names.js';
export { type Selection, type TaskservChoice } from './taskservs/selection.js';
export { reportedBuild, type ReportedBuild } from './version/reported-build.js';
export {
  includesAttempt,
  version,
  VersionCommand,
  type VersionRejection,
  type VersionState,
} from './version/version.js';
export { isStart, type Machine, vm, VmCommand, type VmRejection, type VmState } from './vm/vm.js';
