export { directoryLayerTrees, type LayerTreesOptions } from './directory-layer-trees.js';
export { directoryWorkFolders } from './directory-work-folders.js';
