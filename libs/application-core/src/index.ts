export { eventId } from './event-id.js';
export { loadDecideAppend, type CommandContext, type DecideRequest } from './load-decide-append.js';
export { eventParser } from './parse-event.js';
export { type Projection, projection, type View, type ViewReport } from './projection.js';
