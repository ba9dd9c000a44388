export { isLeftover, ownerName } from './owner-name.js';
export { processHolds, type ProcessHolds } from './process-holds.js';
export { sweepLeftovers } from './sweep-leftovers.js';
