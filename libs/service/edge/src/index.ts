export { type Address, AddressText } from './operations/address.js';
export { collectLoad } from './operations/collect-load.js';
export { OperationsConfig } from './operations/operations-config.js';
export { openOperations, type Operations } from './operations/operations.js';
export { type OperationsPages } from './operations/operations-listener.js';
export { showsSecret } from './operations/same-secret.js';
export { tellingOfFailures, tellingOfRefusal } from './background-failures.js';
export { FaultRpcFilter } from './fault-rpc.filter.js';
export { firstSignal, type NatsService, runNatsService } from './nats-service.js';
export { nestLogger, serviceLogger } from './pino-logger.js';
export { natsAccess, type NatsConfig, type NatsFarm, settingFile } from './nats-access.js';
export { plaintextProblem } from './nats-url.js';
export { parsePayload } from './parse-payload.js';
export { type Refusal, refusalOf } from './refusal-of.js';
export { openEventStore, openObjectGrants, openObjectStore } from './open-stores.js';
export { withSecretFiles } from './secret-files.js';
export {
  configOrExit,
  configProblems,
  natsSettings,
  orExit,
  s3Settings,
  settings,
} from './service-config.js';
