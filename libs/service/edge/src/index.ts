export { FaultRpcFilter } from './fault-rpc.filter.js';
export { firstSignal, type NatsService, runNatsService } from './nats-service.js';
export { nestLogger, serviceLogger } from './pino-logger.js';
export { natsAccess, type NatsConfig, type NatsFarm, settingFile } from './nats-access.js';
export { plaintextProblem } from './nats-url.js';
export { parsePayload } from './parse-payload.js';
export { type Refusal, refusalOf } from './refusal-of.js';
export { openEventStore, openObjectStore } from './open-stores.js';
export {
  configOrExit,
  configProblems,
  natsSettings,
  orExit,
  s3Settings,
  settings,
} from './service-config.js';
