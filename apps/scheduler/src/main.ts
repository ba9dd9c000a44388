import 'reflect-metadata';
import { randomIds, sha256, systemClock } from '@gild/node-runtime';
import { schedulerService } from '@gild/scheduler-application';
import { SCHEDULER, SchedulerModule } from '@gild/scheduler-edge';
import {
  collectLoad,
  configOrExit,
  natsAccess,
  openEventStore,
  openOperations,
  orExit,
  runNatsService,
  serviceLogger,
  tellingOfFailures,
} from '@gild/service-edge';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';
import { admissionOf } from './admission.js';
import { SchedulerConfig } from './config.js';

const config = configOrExit(SchedulerConfig, process.env);
const logger = serviceLogger('scheduler', config.GILD_LOG);
const access = await orExit(natsAccess(config));
const admission = await orExit(admissionOf(config));
const operations = await openOperations({ service: 'scheduler', logger, env: process.env });
const store = operations.eventStore(await openEventStore(config.GILD_EVENTS));
const peer = servicePeer(access, 'scheduler');
const connection = operations.bus(await connectNats(peer, (problem) => logger.warn(problem)));
const scheduler = schedulerService({
  store,
  messenger: operations.messenger(natsMessenger(connection, peer, () => randomIds.uuid())),
  clock: systemClock,
  ids: randomIds,
  sha256,
  admission,
  rebuilds: true,
  report: tellingOfFailures(logger),
});

collectLoad(operations, () => scheduler.load());
void scheduler.start();
await runNatsService({
  name: 'scheduler',
  module: SchedulerModule.with([{ provide: SCHEDULER, useValue: scheduler }]),
  peer,
  logger,
  operations,
  stopping: () => scheduler.stop(),
  close: async () => {
    await connection.close();
    await store.close();
  },
});
