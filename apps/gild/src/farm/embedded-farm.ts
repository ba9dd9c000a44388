import 'reflect-metadata';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import { type FarmKind, guardedByFileMode, takeLargeBodies } from '@gild/gateway-edge';
import type { Taskserv } from '@gild/contracts';
import { systemClock } from '@gild/node-runtime';
import { nestLogger, serviceLogger, tellingOfFailures, tellingOfRefusal } from '@gild/service-edge';
import { InProcessBus, inProcessMessenger, InProcessStrategy } from '@gild/transport-inprocess';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RELEASE } from '../release.js';
import { cacheHostOf } from './cache-host.js';
import { emulationSwitch } from './emulation-switch.js';
import { takeFarmLock } from './farm-lock.js';
import { type FarmServices, farmServices } from './farm-services.js';
import { type Home, prepareHome } from './home.js';
import { layerCacheBytes } from './layer-cache-bytes.js';
import { slotsIn } from './slots.js';
import { fillCatalogue, forget, type TestingHome } from './testing-home.js';
import { logLevel } from './log-level.js';
import { listenOnTcp, type TcpAddress } from './tcp-listener.js';
import { type Undo, undoStack } from './undo.js';

const DRAIN_MS = 2000;

/** A farm inside this process. */
export type Farm = {
  /** Of the TCP port, when asked for one; requests that come this way must show the token. */
  url: string | undefined;
  token: string;
  close: () => Promise<void>;
};

/** `listen`: a TCP address besides the unix socket. */
export type FarmOptions = { kind: FarmKind; listen: TcpAddress | undefined };

/**
 * All services in one process, on the state in `home`: SQLite, a directory of objects, the in-process transport, one
 * builder. Undefined while another process runs the farm of that home. Fault: UNAVAILABLE when it cannot listen.
 */
export const startEmbeddedFarm = async (home: Home, options: FarmOptions): Promise<Farm | undefined> => {
  prepareHome(home);
  const lock = takeFarmLock(home.lock);
  if (lock === undefined) return undefined;
  const undo = undoStack();
  undo.add(() => lock.release());
  return closingOnFailure(undo, async () => {
    const { app, services } = await openFarm(home, options.kind, undo);
    await listenOnSocket(app, home, undo);
    const url = options.listen === undefined ? undefined : await listenOnTcp(app, options.listen, undo);
    services.start();
    return { url, token: services.token, close: undo.run };
  });
};

/** A farm that only this process can reach. */
export type PrivateFarm = { connect: () => Duplex; close: () => Promise<void> };

/**
 * Answers questions about what is recorded. Takes no lock and listens nowhere, so it stands in nobody's way: the state may be read, and written by revision, while
 * another process runs the farm.
 */
export const startReadingFarm = async (home: Home): Promise<PrivateFarm> => {
  prepareHome(home);
  const undo = undoStack();
  return closingOnFailure(undo, () => openPrivately(home, 'reading', undo));
};

/**
 * Says also what a build would do, but is offered none. Undefined while another process runs the farm of that home: the
 * builder's folders are for one at a time.
 */
export const startPlanningFarm = async (home: Home): Promise<PrivateFarm | undefined> => {
  prepareHome(home);
  const lock = takeFarmLock(home.lock);
  if (lock === undefined) return undefined;
  const undo = undoStack();
  undo.add(() => lock.release());
  return closingOnFailure(undo, () => openPrivately(home, 'planning', undo));
};

/**
 * Builds what is in the catalogue, for this process alone, and forgets all of it when it is closed. Undefined while another
 * process runs the farm of that home.
 */
export const startTestingFarm = async (
  home: TestingHome,
  catalogue: readonly Taskserv[],
): Promise<PrivateFarm | undefined> => {
  prepareHome(home);
  const lock = takeFarmLock(home.lock);
  if (lock === undefined) return undefined;
  const undo = undoStack();
  undo.add(() => lock.release());
  undo.add(() => forget(home));
  return closingOnFailure(undo, async () => {
    forget(home);
    prepareHome(home);
    fillCatalogue(home, catalogue);
    return openPrivately(home, 'command', undo);
  });
};

const openPrivately = async (
  home: Home,
  kind: 'reading' | 'planning' | 'command',
  undo: Undo,
): Promise<PrivateFarm> => {
  const { app, services } = await openFarm(home, kind, undo);
  await app.init();
  if (kind === 'command') services.start();
  const server = app.getHttpServer() as Server;
  const connect = () => {
    const [here, there] = duplexPair();
    server.emit('connection', there);
    return here;
  };
  return { connect, close: undo.run };
};

const closingOnFailure = async <T>(undo: Undo, open: () => Promise<T>): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    await undo.run().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
};

const openFarm = async (
  home: Home,
  kind: FarmKind | 'reading' | 'planning',
  undo: Undo,
): Promise<{ app: INestApplication; services: FarmServices }> => {
  const logger = serviceLogger('gild', logLevel(process.env['GILD_LOG']));
  const bus = new InProcessBus();
  const options = {
    ...{ messenger: inProcessMessenger(bus), kind, release: RELEASE, report: tellingOfFailures(logger) },
    refused: tellingOfRefusal(logger),
    emulation: emulationSwitch(process.env['GILD_EMULATION']),
    layerCacheBytes: layerCacheBytes(process.env),
    slots: slotsIn(process.env),
    // Only `gild up` keeps a cache; what it cannot be named by concerns no other command.
    cacheHost: kind === 'up' ? cacheHostOf(process.env) : '',
  };
  const services = await farmServices(home, options, undo);
  undo.add(() => drained(bus));
  const app = await NestFactory.create(services.module, {
    logger: nestLogger(logger),
    forceCloseConnections: true,
    abortOnError: false,
  });
  undo.add(() => app.close());
  takeLargeBodies(app);
  guardedByFileMode(app.getHttpServer() as Server);
  app.connectMicroservice({ strategy: new InProcessStrategy(bus) });
  await app.startAllMicroservices();
  undo.add(services.stop);
  return { app, services };
};

/** Handlers still use the store for a moment after their client has gone; a long one is not waited for. */
const drained = async (bus: InProcessBus): Promise<void> => {
  const enough = new AbortController();
  const limit = systemClock.delay(DRAIN_MS, enough.signal).catch(() => undefined);
  await Promise.race([bus.idle(), limit]);
  enough.abort();
};

/** The socket goes first when the farm closes: whoever comes then waits for the lock instead of joining a farm that ends. */
const listenOnSocket = async (app: INestApplication, home: Home, undo: Undo): Promise<void> => {
  await rm(home.socket, { force: true });
  undo.add(() => rm(home.socket, { force: true }));
  await app.init();
  const server = app.getHttpServer() as Server;
  const listening = once(server, 'listening');
  withUmask(FOR_THE_OWNER_ALONE, () => server.listen(home.socket));
  await listening;
};

const FOR_THE_OWNER_ALONE = 0o177;

/** For what makes a file at once: nothing else of this process may get the mode. */
const withUmask = (mask: number, make: () => void): void => {
  const before = process.umask(mask);
  try {
    make();
  } finally {
    process.umask(before);
  }
};
