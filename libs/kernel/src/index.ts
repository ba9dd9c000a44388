export { canonicalJson } from './canonical-json.js';
export { accept, fold, reject, scenario, type Decider, type Decision } from './decider.js';
export { epochMs, isoTime, laterBy } from './instant.js';
export { command, event, oneOf } from './messages.js';
