export { digestFile } from './digest-file.js';
export { boundToParent, hostProgramEnvironment, isProgramMissing } from './host-program.js';
export { openPlainFile } from './plain-file.js';
export { randomIds } from './random-ids.js';
export { sha256 } from './sha256.js';
export { syncPath } from './sync-path.js';
export { systemClock } from './system-clock.js';
export { writePieces } from './write-pieces.js';
export { isNoSpace, saysNoSpace, systemCode } from './system-error.js';
