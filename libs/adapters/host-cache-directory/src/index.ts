export { directoryHostCache } from './directory-host-cache.js';
export { isFileThere } from './measure-file.js';
export { hostCacheMemory } from './host-cache-memory.js';
