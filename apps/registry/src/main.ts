import 'reflect-metadata';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { subjects } from '@gild/contracts';
import { randomIds, sha256, systemClock } from '@gild/node-runtime';
import { registryService } from '@gild/registry-application';
import { REGISTRY, RegistryModule } from '@gild/registry-edge';
import {
  configOrExit,
  natsAccess,
  openEventStore,
  openObjectGrants,
  openObjectStore,
  openOperations,
  orExit,
  runNatsService,
  serviceLogger,
  tellingOfFailures,
} from '@gild/service-edge';
import { folderCatalogue } from '@gild/taskserv-catalogue';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';
import { RegistryConfig } from './config.js';

const taskservs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'taskservs');

const config = configOrExit(RegistryConfig, process.env);
const logger = serviceLogger('registry', config.GILD_LOG);
const operations = await openOperations({ service: 'registry', logger, env: process.env });
const objects = operations.objectStore(await orExit(openObjectStore(config, operations)));
const grants = await orExit(openObjectGrants(config, operations));
const store = operations.eventStore(await openEventStore(config.GILD_EVENTS));
const peer = servicePeer(await orExit(natsAccess(config)), 'registry');
const connection = operations.bus(await connectNats(peer, (problem) => logger.warn(problem)));
const messenger = operations.messenger(natsMessenger(connection, peer, () => randomIds.uuid()));
const registry = registryService({
  store,
  objects,
  grants: grants && operations.objectGrants(grants),
  clock: systemClock,
  ids: randomIds,
  sha256,
  catalogue: folderCatalogue([taskservs, ...config.GILD_TASKSERVS]),
  builds: async (at) => (await messenger.request(subjects.jobs, at === undefined ? {} : { at })) as never,
  registryId: 'local',
  location: config.GILD_OBJECTS,
  report: tellingOfFailures(logger),
});

void registry.start();
await runNatsService({
  name: 'registry',
  module: RegistryModule.with([{ provide: REGISTRY, useValue: registry }]),
  peer,
  logger,
  operations,
  close: async () => {
    await registry.stop();
    await connection.close();
    await store.close();
  },
});
