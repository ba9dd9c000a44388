export {
  cachedImages,
  type CachedImageFacts,
  type CachedImages,
  cacheDocument,
  cacheIdOf,
  type EntryCounts,
  formOf,
} from './cached-images.js';
export {
  type Admission,
  admit,
  type CacheFull,
  chooseEvictions,
  type Disk,
  type Evictable,
  type Eviction,
  type EvictionPolicy,
  type HostDisk,
} from './eviction.js';
