export { directoryHostCache } from './directory-host-cache.js';
