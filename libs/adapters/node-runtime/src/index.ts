export { digestFile } from './digest-file.js';
export { boundToParent, hostProgramEnvironment, isProgramMissing } from './host-program.js';
export { openPlainFile } from './plain-file.js';
export { randomIds } from './random-ids.js';
export { sha256 } from './sha256.js';
export { systemClock } from './system-clock.js';
