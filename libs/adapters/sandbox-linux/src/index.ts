export { countingProgram } from './counting-program.js';
export { EMULATOR_PACKAGE, lacksOnlyEmulator } from './foreign-arch.js';
export { currentIdRange, type IdRange } from './id-range.js';
export { layerArchiver } from './layer-archiver.js';
export { linuxSandbox } from './linux-sandbox.js';
export { probeArch } from './probe-arch.js';
