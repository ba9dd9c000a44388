export { diskSizeBytes } from './disk-size.js';
export { hostNameProblem, userNameProblem } from './names.js';
export type { VmIdentity } from './seed-documents.js';
export { seedVolume } from './seed-volume.js';
export { shellLine } from './shell-line.js';
