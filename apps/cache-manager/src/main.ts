import 'reflect-metadata';
import { join } from 'node:path';
import { cacheKeeper, farmOverMessenger } from '@gild/cache-application';
import { CacheModule } from '@gild/cache-edge';
import { directoryHostCache, hostCacheMemory, isFileThere } from '@gild/host-cache-directory';
import { randomIds, systemClock } from '@gild/node-runtime';
import {
  configOrExit,
  natsAccess,
  openOperations,
  orExit,
  runNatsService,
  serviceLogger,
  tellingOfFailures,
} from '@gild/service-edge';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';
import { CacheManagerConfig } from './config.js';
import { diskSource } from './disk-source.js';
import { showCache } from './show-cache.js';

const config = configOrExit(CacheManagerConfig, process.env);
const { GILD_CACHE_HOST: host, GILD_STATE: state } = config;
const logger = serviceLogger('cache-manager', config.GILD_LOG);
const operations = await openOperations({ service: 'cache-manager', logger, env: process.env });
const peer = servicePeer(await orExit(natsAccess(config)), 'cache-manager');
const connection = operations.bus(await connectNats(peer, (problem) => logger.warn(problem)));
const messenger = operations.messenger(natsMessenger(connection, peer, () => randomIds.uuid()));
const usualRoot = join(state, 'host-cache');
const keeper = cacheKeeper({
  ...{ host, usualRoot, memory: hostCacheMemory(usualRoot), isThere: isFileThere },
  farm: farmOverMessenger(messenger),
  source: await orExit(diskSource(config, { messenger, operations })),
  folderAt: (root) => directoryHostCache({ root, clock: systemClock }),
  ...{ clock: systemClock, random: Math.random, report: tellingOfFailures(logger) },
  told: ({ type, data }) => logger.info(data, type),
});
showCache(operations, keeper);

keeper.start();
await runNatsService({
  name: 'cache-manager',
  module: CacheModule.of(host, keeper),
  peer,
  logger,
  operations,
  // What it pulls is left for the next time, and who asked for it is told so.
  stopping: () => keeper.stop(),
  close: () => connection.close(),
});
