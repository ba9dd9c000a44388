export { layerArchiver } from './layer-archiver.js';
export { linuxSandbox } from './linux-sandbox.js';
