import 'reflect-metadata';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { subjects } from '@gild/contracts';
import { randomIds, sha256, sha256OfBytes, systemClock, verifyEd25519 } from '@gild/node-runtime';
import { auditService, Notary, signerOf } from '@gild/proof-application';
import { AUDIT, ProofModule } from '@gild/proof-edge';
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
  tellingOfRefusal,
} from '@gild/service-edge';
import { folderCatalogue } from '@gild/taskserv-catalogue';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';
import { RegistryConfig } from './config.js';
import { RegistryServiceModule } from './service.module.js';
import { showNotary } from './show-notary.js';
import { signingKeyOf } from './signing-key.js';

const REGISTRY_ID = 'local';
const taskservs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'taskservs');

const config = configOrExit(RegistryConfig, process.env);
const logger = serviceLogger('registry', config.GILD_LOG);
const key = await orExit(signingKeyOf(config.GILD_SIGNING_KEY));
const operations = await openOperations({ service: 'registry', logger, env: process.env });
const objects = operations.objectStore(await orExit(openObjectStore(config, operations)));
const grants = await orExit(openObjectGrants(config, operations));
const store = operations.eventStore(await openEventStore(config.GILD_EVENTS));
const peer = servicePeer(await orExit(natsAccess(config)), 'registry');
const connection = operations.bus(await connectNats(peer, (problem) => logger.warn(problem)));
const messenger = operations.messenger(natsMessenger(connection, peer, () => randomIds.uuid()));
const shared = {
  ...{ store, objects, clock: systemClock, ids: randomIds, sha256, registryId: REGISTRY_ID },
  report: tellingOfFailures(logger),
};
const registry = registryService({
  ...shared,
  grants: grants && operations.objectGrants(grants),
  catalogue: folderCatalogue([taskservs, ...config.GILD_TASKSERVS]),
  builds: async (at) => (await messenger.request(subjects.jobs, at === undefined ? {} : { at })) as never,
  location: config.GILD_OBJECTS,
});
const log = { ...shared, sha256OfBytes };
const signer = key && (await signerOf(key, log, config.GILD_LOG_ORIGIN));
const proof = {
  ...{ ...shared, signer, sha256OfBytes, verifySignature: verifyEd25519 },
  refused: tellingOfRefusal(logger),
};
const notary = new Notary(proof);
if (signer === undefined) logger.warn('GILD_SIGNING_KEY is not set: nothing of the history is signed');
else showNotary(operations, notary);
const { GILD_LOG_ORIGIN: wanted = signer?.name } = config;
if (signer !== undefined && signer.name !== wanted)
  logger.warn(`GILD_LOG_ORIGIN is ${String(wanted)}, and the log keeps the name it has: ${signer.name}`);

void registry.start();
notary.start();
await runNatsService({
  name: 'registry',
  module: RegistryServiceModule.of(
    RegistryModule.with([{ provide: REGISTRY, useValue: registry }]),
    ProofModule.with([{ provide: AUDIT, useValue: auditService(proof, notary) }]),
  ),
  peer,
  logger,
  operations,
  close: async () => {
    await registry.stop();
    await notary.stop();
    await connection.close();
    await store.close();
  },
});
