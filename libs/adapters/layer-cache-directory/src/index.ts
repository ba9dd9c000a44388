export { directoryLayerCache, type LayerCacheOptions } from './directory-layer-cache.js';
