export { takeLargeBodies } from './http/json-bodies.js';
export { guardedByFileMode } from './http/local-connections.js';
export { observeRequests } from './http/observed-requests.js';
export { statusOf } from './http/status-codes.js';
export { GatewayModule } from './gateway.module.js';
export { API_TOKEN, CLOCK, FARM, type FarmKind, IDS, MESSENGER, OBJECT_STORE, OPERATIONS } from './tokens.js';
