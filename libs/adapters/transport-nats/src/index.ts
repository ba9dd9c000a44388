export { agentPeer, connectNats, natsOptions, type NatsPeer, servicePeer } from './nats-connection.js';
export { natsMessenger } from './nats-messenger.js';
export { NatsStrategy } from './nats-strategy.js';
export { RepliesInParts } from './replies-in-parts.interceptor.js';
