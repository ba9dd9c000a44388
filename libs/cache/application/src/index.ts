export { type Announcer, type CacheFarm } from './cache-farm.js';
export { cacheKeeper, type CacheKeeper } from './cache-keeper.js';
export { type CacheHost, cacheOfHost, putRecordRight } from './cache-of-host.js';
export { type HostPulls } from './host-pulls.js';
export { farmOverMessenger } from './farm-over-messenger.js';
export { type AskedVersion, wantedVersion } from './wanted-version.js';
export { cacheDocuments, cacheStats, type CacheStats } from './cache-documents.js';
export { type Cleaning, type EvictedCopy } from './clean-cache.js';
export { type CopiesInUse } from './copies-in-use.js';
export { type HostCache, openHostCache, type PulledImage, type UsedImage } from './host-cache.js';
export {
  type FillingProgress,
  type HostCacheDeps,
  type HostCachePolicy,
  type ImageSource,
  REST_KEPT_MS,
} from './host-cache-deps.js';
export { type OpenedCopy, type WhichCopy } from './open-copy.js';
export { type VerifiedEntry, type VersionReference } from './verify-cache.js';
export { WantedImage } from './wanted-image.js';
