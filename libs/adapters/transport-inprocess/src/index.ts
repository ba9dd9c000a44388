export { InProcessBus, type RequestHandler } from './in-process-bus.js';
export { inProcessMessenger } from './in-process-messenger.js';
export { InProcessStrategy } from './in-process-strategy.js';
