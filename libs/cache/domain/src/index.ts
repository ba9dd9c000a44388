export {
  type AnnounceCache,
  type CacheRecord,
  cacheRecord,
  type CacheRefusal,
  type ForgetHost,
} from './cache-record.js';
export { cacheSettings, type CacheSettings, type CacheWishes, ttlDaysOf } from './cache-settings.js';
export { unrecorded } from './unrecorded.js';
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
  chooseUnused,
  type Disk,
  type Evictable,
  type Eviction,
  type EvictionPolicy,
  type HostDisk,
} from './eviction.js';
