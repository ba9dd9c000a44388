import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Agent, BuilderModule, hostAgent, PLANNER } from '@gild/builder-edge';
import { subjects } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import {
  API_TOKEN,
  CLOCK,
  GatewayModule,
  guardedByFileMode,
  IDS,
  MESSENGER,
  OBJECT_STORE,
} from '@gild/gateway-edge';
import { randomIds, sha256, systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { Messenger } from '@gild/ports';
import { registryService, type RegistryService } from '@gild/registry-application';
import { REGISTRY, RegistryModule } from '@gild/registry-edge';
import { schedulerService, type SchedulerService } from '@gild/scheduler-application';
import { SCHEDULER, SchedulerModule } from '@gild/scheduler-edge';
import { nestLogger, serviceLogger } from '@gild/service-edge';
import { folderCatalogue } from '@gild/taskserv-catalogue';
import { InProcessBus, inProcessMessenger, InProcessStrategy } from '@gild/transport-inprocess';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { takeFarmLock } from './farm-lock.js';
import { type Home, prepareHome } from './home.js';
import { installRoot } from './install-root.js';

/** A farm inside this process. */
export type Farm = { address: string | undefined; token: string; close: () => Promise<void> };

export type FarmOptions = {
  /** Grant and build; without it the farm only answers questions about what is recorded. */
  building: boolean;
  /** A TCP address besides the unix socket. */
  listen: { host: string; port: number } | undefined;
  release: string;
};

/**
 * All services in one process, on the state in `home`: SQLite, a directory of objects, the in-process transport, one
 * builder. Undefined while another process runs the farm of that home.
 */
export const startEmbeddedFarm = async (home: Home, options: FarmOptions): Promise<Farm | undefined> => {
  prepareHome(home);
  const lock = takeFarmLock(home.lock);
  if (lock === undefined) return undefined;
  const logger = serviceLogger('gild', process.env['GILD_LOG'] ?? 'error');
  const bus = new InProcessBus();
  const services = await startServices(home, inProcessMessenger(bus), { options, logger });
  const app = await listenOnSocket(home, farmModule(services), { bus, logger });
  const token = randomBytes(20).toString('hex');
  services.token.value = token;
  const tcp = options.listen === undefined ? undefined : await listenOnTcp(app, options.listen);
  services.start();
  return {
    address: options.listen === undefined ? undefined : `${options.listen.host}:${options.listen.port}`,
    token,
    close: async () => {
      tcp?.closeAllConnections();
      tcp?.close();
      await services.stop();
      await app.close();
      await rm(home.socket, { force: true });
      await services.store.close();
      lock.release();
    },
  };
};

type Services = Awaited<ReturnType<typeof startServices>>;

const startServices = async (
  home: Home,
  messenger: Messenger,
  { options, logger }: { options: FarmOptions; logger: Logger },
) => {
  const store = sqliteEventStore({ path: home.events, clock: systemClock });
  const objects = directoryObjectStore(home.objects, { linkFrom: [home.scratch] });
  const report = (error: unknown) => {
    logger.error({ err: error }, 'background work failed; it is tried again');
  };
  const shared = { store, objects, messenger, clock: systemClock, ids: randomIds, sha256 };
  const registry = registryService({
    ...shared,
    catalogue: folderCatalogue([join(installRoot, 'taskservs'), home.userTaskservs]),
    builds: async (at) => (await messenger.request(subjects.jobs, at === undefined ? {} : { at })) as never,
    registryId: 'local',
    location: home.root,
    report,
  });
  const scheduler = schedulerService({ ...shared, report });
  const builder = options.building
    ? await hostAgent(home, {
        ...shared,
        agentId: `${hostname()}-embedded`,
        release: options.release,
      })
    : undefined;
  return {
    ...shared,
    registry,
    scheduler,
    builder,
    token: { value: '' },
    ...course({ registry, scheduler, builder }),
  };
};

type Working = {
  registry: RegistryService;
  scheduler: SchedulerService;
  builder: Agent | undefined;
};

/** Starts and stops the work; the builder first to stop, so that its last reports are still taken. */
const course = ({ registry, scheduler, builder }: Working) => ({
  start: () => {
    if (builder === undefined) return;
    void registry.start();
    void scheduler.start();
    builder.start();
  },
  stop: async () => {
    await builder?.stop();
    await scheduler.stop();
    await registry.stop();
  },
});

@Module({})
class EmbeddedFarmModule {}

const farmModule = (services: Services): DynamicModule => ({
  module: EmbeddedFarmModule,
  imports: [
    RegistryModule.with([{ provide: REGISTRY, useValue: services.registry }]),
    SchedulerModule.with([{ provide: SCHEDULER, useValue: services.scheduler }]),
    ...builderModules(services.builder),
    GatewayModule.with([
      { provide: MESSENGER, useValue: services.messenger },
      { provide: OBJECT_STORE, useValue: services.objects },
      { provide: CLOCK, useValue: services.clock },
      { provide: IDS, useValue: services.ids },
      { provide: API_TOKEN, useValue: services.token },
    ]),
  ],
});

const builderModules = (builder: Agent | undefined): DynamicModule[] =>
  builder === undefined ? [] : [BuilderModule.with([{ provide: PLANNER, useValue: builder.plan }])];

const listenOnSocket = async (
  home: Home,
  module: DynamicModule,
  { bus, logger }: { bus: InProcessBus; logger: Logger },
): Promise<INestApplication> => {
  const app = await NestFactory.create(module, { logger: nestLogger(logger), forceCloseConnections: true });
  app.connectMicroservice({ strategy: new InProcessStrategy(bus) });
  await app.startAllMicroservices();
  guardedByFileMode(app.getHttpServer() as Server);
  await rm(home.socket, { force: true });
  await app.listen(home.socket);
  await chmod(home.socket, 0o600);
  return app;
};

/** The same API on a TCP port; requests that come this way must show the token. */
const listenOnTcp = async (app: INestApplication, at: { host: string; port: number }): Promise<Server> => {
  const server = createServer(app.getHttpAdapter().getInstance() as never);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  return server;
};
