import 'reflect-metadata';
import { randomIds, sha256, systemClock } from '@gild/node-runtime';
import { schedulerService } from '@gild/scheduler-application';
import { SCHEDULER, SchedulerModule } from '@gild/scheduler-edge';
import {
  collectLoad,
  configOrExit,
  openEventStore,
  openOperations,
  runNatsService,
  serviceLogger,
} from '@gild/service-edge';
import { connectNats, natsMessenger } from '@gild/transport-nats';
import { SchedulerConfig } from './config.js';

const config = configOrExit(SchedulerConfig, process.env);
const logger = serviceLogger('scheduler', config.GILD_LOG);
const operations = await openOperations({ service: 'scheduler', logger, env: process.env });
const store = operations.eventStore(await openEventStore(config.GILD_EVENTS));
const connection = operations.bus(await connectNats(config.GILD_NATS_URL, 'scheduler'));
const scheduler = schedulerService({
  store,
  messenger: operations.messenger(natsMessenger(connection, () => randomIds.uuid())),
  clock: systemClock,
  ids: randomIds,
  sha256,
  report: (error) => {
    logger.error({ err: error }, 'background work failed; it is tried again');
  },
});

collectLoad(operations, () => scheduler.load());
void scheduler.start();
await runNatsService({
  name: 'scheduler',
  module: SchedulerModule.with([{ provide: SCHEDULER, useValue: scheduler }]),
  servers: config.GILD_NATS_URL,
  logger,
  operations,
  stopping: () => scheduler.stop(),
  close: async () => {
    await connection.close();
    await store.close();
  },
});
