export { directoryObjectStore, type DirectoryObjectStoreOptions } from './directory-object-store.js';
