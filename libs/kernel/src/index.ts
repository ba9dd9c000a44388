export { canonicalJson } from './canonical-json.js';
export { accept, fold, reject, scenario, type Decider, type Decision } from './decider.js';
export { epochMs, isoTime, laterBy } from './instant.js';
export { oneFlight, type OneFlight } from './one-flight.js';
export { command, event, oneOf } from './messages.js';
