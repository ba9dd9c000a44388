import 'reflect-metadata';
import {
  API_TOKEN,
  CLOCK,
  FARM,
  GatewayModule,
  IDS,
  MESSENGER,
  OBJECT_STORE,
  takeLargeBodies,
} from '@gild/gateway-edge';
import { randomIds, systemClock } from '@gild/node-runtime';
import {
  configOrExit,
  firstSignal,
  natsAccess,
  nestLogger,
  openObjectStore,
  orExit,
  serviceLogger,
} from '@gild/service-edge';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';
import { NestFactory } from '@nestjs/core';
import { GatewayConfig } from './config.js';

const config = configOrExit(GatewayConfig, process.env);
const logger = serviceLogger('gateway', config.GILD_LOG);
const objects = await orExit(openObjectStore(config));
const peer = servicePeer(await orExit(natsAccess(config)), 'gateway');
const connection = await connectNats(peer, (problem) => logger.warn(problem));
const module = GatewayModule.with([
  { provide: MESSENGER, useValue: natsMessenger(connection, peer, () => randomIds.uuid()) },
  { provide: OBJECT_STORE, useValue: objects },
  { provide: CLOCK, useValue: systemClock },
  { provide: IDS, useValue: randomIds },
  { provide: API_TOKEN, useValue: { value: config.GILD_TOKEN } },
  { provide: FARM, useValue: { kind: 'services' } },
]);
const app = await NestFactory.create(module, { logger: nestLogger(logger), forceCloseConnections: true });
takeLargeBodies(app);
const { host, port } = config.GILD_LISTEN;
await app.listen(port, host);
logger.info({ host, port }, 'ready');
await firstSignal();
await app.close();
await connection.close();
