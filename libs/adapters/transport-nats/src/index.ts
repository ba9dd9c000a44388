export {
  agentPeer,
  connectNats,
  type NatsAccess,
  type NatsCredentials,
  natsOptions,
  type NatsPeer,
  servicePeer,
} from './nats-connection.js';
export { natsMessenger } from './nats-messenger.js';
export { NatsStrategy } from './nats-strategy.js';
export { RepliesInParts } from './replies-in-parts.interceptor.js';
export { type Certificates, makeCertificates } from './identity/certificates.js';
export { type FarmIdentity, newFarmIdentity } from './identity/farm-identity.js';
export { natsConf } from './identity/nats-conf.js';
export { agentGrants, SERVICE_GRANTS, SERVICES, type ServiceName } from './identity/permissions.js';
export {
  accountOf,
  credsText,
  type FarmSigner,
  newUserKey,
  publicKeyOf,
  readCreds,
  userJwt,
} from './identity/user-credentials.js';
