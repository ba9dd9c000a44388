export { cacheDocuments, cacheStats, type CacheStats } from './cache-documents.js';
export { type EvictedCopy } from './clean-cache.js';
export { type HostCache, openHostCache, type PulledImage, type UsedImage } from './host-cache.js';
export {
  type HostCacheDeps,
  type HostCachePolicy,
  type ImageSource,
  REST_KEPT_MS,
} from './host-cache-deps.js';
export { type OpenedCopy, type WhichCopy } from './open-copy.js';
export { type VerifiedEntry } from './verify-cache.js';
export { WantedImage } from './wanted-image.js';
