export { EXIT, exitCodeOf } from './exit-codes.js';
export { gildProgram } from './program.js';
