export { guardedByFileMode } from './http/local-connections.js';
export { GatewayModule } from './gateway.module.js';
export { API_TOKEN, CLOCK, IDS, MESSENGER, OBJECT_STORE } from './tokens.js';
