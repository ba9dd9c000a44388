export { type Clock, type Ids, type Sha256 } from './clock.js';
export { type DiskAssembler, type DiskImage, type DiskSpec } from './disk.js';
export {
  encodeAppend,
  firstAnswer,
  isExpected,
  MAX_APPEND_CHARACTERS,
  MAX_EVENT_CHARACTERS,
  passesFilter,
  type EncodedEvent,
  type PriorEvent,
} from './event-append.js';
export {
  type AppendResult,
  type EventFilter,
  type EventMetadata,
  type EventStore,
  type ExpectedState,
  type LogRange,
  type LogStretch,
  type NewEvent,
  type RecordedEvent,
  type StreamRange,
  type SubscriptionItem,
} from './event-store.js';
export { Fault, faultCode } from './fault.js';
export {
  type CachedCopies,
  type CachedCopy,
  type CachedImage,
  type CacheRest,
  type CopyCounts,
  type CopyHolds,
  type CopyPiece,
  type HiddenCopy,
  type HostCacheFolder,
  type ImageCounts,
  type ImageReference,
  type MachineUse,
  type MeasuredFile,
  type PartialCopy,
  type HostCacheMemory,
} from './host-cache-folder.js';
export { type BootsToCome, type BootTestSpec, type Hypervisor } from './hypervisor.js';
export { type CachedLayer, type LayerCache, type LayerOfStep, type WantedLayer } from './layer-cache.js';
export { lastBefore } from './last-before.js';
export { type LayerTrees } from './layer-trees.js';
export { type Messenger } from './messenger.js';
export { type GrantedPart, type GrantedRequest, type ObjectGrants } from './object-grants.js';
export { damagedObject, mismatchedObject, missingObject, objectKey } from './object-judging.js';
export { type AgentObjects, type FilePutting, type ObjectSource, type ObjectStore } from './object-store.js';
export { type Bind, type ProgramArch, type Sandbox, type SandboxEnd, type SandboxRun } from './sandbox.js';
export { type Sha256OfBytes, type Signer, type SigningKey, type VerifySignature } from './signer.js';
export { type TaskservCatalogue } from './taskserv-catalogue.js';
export { toldMirror, type ToldMirror, type ToldMirrors } from './told-mirrors.js';
export {
  type InstalledBase,
  type LayerArchive,
  type LayerArchiver,
  type Toolchain,
  type WorkContext,
} from './toolchain.js';
export { type Cleared, type WorkFolders } from './work-folders.js';
