export { currentIdRange, type IdRange } from './id-range.js';
export { layerArchiver } from './layer-archiver.js';
export { linuxSandbox } from './linux-sandbox.js';
