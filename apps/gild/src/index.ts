export { EXIT, exitCodeOf } from './exit-codes.js';
export { gildProgram } from './program.js';
export { ONLY_NOW } from './commands/only-now.js';
