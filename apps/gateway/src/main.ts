import 'reflect-metadata';
import {
  API_TOKEN,
  CLOCK,
  FARM,
  GatewayModule,
  IDS,
  MESSENGER,
  OBJECT_STORE,
  observeRequests,
  OPERATIONS,
  takeLargeBodies,
} from '@gild/gateway-edge';
import { randomIds, systemClock } from '@gild/node-runtime';
import {
  configOrExit,
  firstSignal,
  natsAccess,
  nestLogger,
  openObjectStore,
  openOperations,
  orExit,
  serviceLogger,
  withSecretFiles,
} from '@gild/service-edge';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';
import { NestFactory } from '@nestjs/core';
import { GatewayConfig } from './config.js';

const config = configOrExit(GatewayConfig, withSecretFiles(process.env, ['GILD_TOKEN']));
const logger = serviceLogger('gateway', config.GILD_LOG);
const operations = await openOperations({
  ...{ service: 'gateway', logger, env: process.env },
  alwaysMeasured: true,
});
const objects = operations.objectStore(await orExit(openObjectStore(config, operations)));
const peer = servicePeer(await orExit(natsAccess(config)), 'gateway');
const connection = operations.bus(await connectNats(peer, (problem) => logger.warn(problem)));
const module = GatewayModule.with([
  {
    provide: MESSENGER,
    useValue: operations.messenger(natsMessenger(connection, peer, () => randomIds.uuid())),
  },
  { provide: OBJECT_STORE, useValue: objects },
  { provide: CLOCK, useValue: systemClock },
  { provide: IDS, useValue: randomIds },
  { provide: API_TOKEN, useValue: { value: config.GILD_TOKEN } },
  { provide: FARM, useValue: { kind: 'services' } },
  { provide: OPERATIONS, useValue: operations.pages },
]);
const app = await NestFactory.create(module, { logger: nestLogger(logger), forceCloseConnections: true });
const underWay = observeRequests(app, { ...operations, ids: randomIds, clock: systemClock });
takeLargeBodies(app);
const { host, port } = config.GILD_LISTEN;
await app.listen(port, host);
operations.readiness.open();
logger.info({ host, port }, 'ready');
await firstSignal();
operations.readiness.drain();
logger.info('stopping: finishing what runs; a second signal exits at once');
await underWay.idle();
await app.close();
await connection.close();
await operations.close();
