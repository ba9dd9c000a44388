import { systemClock } from '@gild/node-runtime';
import {
  measuredBuilds,
  measuredEventStore,
  measuredMessenger,
  measuredObjectStore,
  type Meter,
  NO_METER,
  NO_TRACING,
  prometheusMeter,
  type PrometheusMeter,
  Readiness,
  type Tracing,
} from '@gild/operations';
import type { EventStore, Messenger, ObjectStore } from '@gild/ports';
import type { Logger } from 'pino';
import { configOrExit } from '../service-config.js';
import { OperationsConfig } from './operations-config.js';
import { listenForOperations, type OperationsPages } from './operations-listener.js';
import { watchBus, type BusConnection } from './watch-bus.js';

/** How a service is watched: its health, its metrics, its traces, and the ports as they are measured. */
export type Operations = {
  readiness: Readiness;
  meter: Meter;
  tracing: Tracing;
  /** What is served; a service with an HTTP API of its own serves it there as well. */
  pages: OperationsPages;
  /** Asked before every answer of `/metrics`, for what is as it is at that moment. */
  collect: (read: () => Promise<void>) => void;
  /** The port measured, and as something that the service needs to be ready. */
  eventStore: (store: EventStore) => EventStore;
  objectStore: (objects: ObjectStore) => ObjectStore;
  messenger: (messenger: Messenger) => Messenger;
  bus: <C extends BusConnection>(connection: C) => C;
  /** Tells what is left of the traces and ends the listener: the last thing a service does. */
  close: () => Promise<void>;
};

export type OperationsOptions = {
  service: 'registry' | 'scheduler' | 'builder' | 'gateway';
  logger: Logger;
  env: NodeJS.ProcessEnv;
  /** Whether metrics are served even without a listener of their own. */
  alwaysMeasured?: boolean;
};

/** Opens the listener of GILD_OPS_LISTEN, if it is set: at once, so that a service that cannot start yet says so. */
export const openOperations = async (options: OperationsOptions): Promise<Operations> => {
  const { service, logger, env, alwaysMeasured = false } = options;
  const config = configOrExit(OperationsConfig, env);
  const readiness = new Readiness({ clock: systemClock, onChange: reachLog(logger) });
  const { GILD_OPS_LISTEN: at, GILD_OPS_TOKEN: token } = config;
  const isMeasured = alwaysMeasured || at !== undefined;
  const prometheus = isMeasured ? await prometheusMeter(service) : undefined;
  const collectors: (() => Promise<void>)[] = [];
  const pages = pagesOf(readiness, prometheus, collectors);
  const listener = at === undefined ? undefined : await listenForOperations(at, pages, token);
  if (listener !== undefined) logger.info(listener.address, 'health and metrics are served');
  const meter = prometheus?.meter ?? NO_METER;
  return {
    ...{ readiness, meter, pages, tracing: NO_TRACING },
    collect: (read) => void collectors.push(read),
    ...portsOf(readiness, meter, isMeasured),
    close: async () => {
      await listener?.close();
    },
  };
};

const reachLog =
  (logger: Logger) =>
  (name: string, why: unknown): void => {
    if (why === undefined) logger.info({ needs: name }, 'is within reach again');
    else logger.warn({ needs: name, err: why }, 'is out of reach');
  };

const pagesOf = (
  readiness: Readiness,
  prometheus: PrometheusMeter | undefined,
  collectors: readonly (() => Promise<void>)[],
): OperationsPages => ({
  ready: () => readiness.report(),
  metrics: async () => {
    await Promise.all(collectors.map((read) => read()));
    return prometheus?.page() ?? { contentType: 'text/plain', text: '' };
  },
});

const PROBED_KEY = 'health/probe';

const portsOf = (
  readiness: Readiness,
  meter: Meter,
  isMeasured: boolean,
): Pick<Operations, 'eventStore' | 'objectStore' | 'messenger' | 'bus'> => ({
  eventStore: (store) => {
    readiness.needs('events', () => store.head());
    return isMeasured ? measuredBuilds(measuredEventStore(store, meter, systemClock), meter) : store;
  },
  objectStore: (objects) => {
    readiness.needs('objects', () => objects.head(PROBED_KEY));
    return isMeasured ? measuredObjectStore(objects, meter, systemClock) : objects;
  },
  messenger: (messenger) => (isMeasured ? measuredMessenger(messenger, meter, systemClock) : messenger),
  bus: (connection) => {
    readiness.needs('nats', () => connection.rtt());
    watchBus(connection, meter);
    return connection;
  },
});
