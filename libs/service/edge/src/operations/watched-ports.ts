import { systemClock } from '@gild/node-runtime';
import {
  measuredBuilds,
  measuredEventStore,
  measuredMessenger,
  measuredObjectGrants,
  measuredObjectStore,
  type Meter,
  NO_METER,
  type Readiness,
  type RecordedOfBuild,
  shownBuilds,
  tracedMessenger,
  tracedObjectStore,
  type Tracing,
} from '@gild/operations';
import type { EventStore, Messenger, ObjectGrants, ObjectStore } from '@gild/ports';
import type { Logger } from 'pino';
import { type SweepFailed, tellingOfSweeps } from './sweep-failed.js';
import { type BusConnection, watchBus } from './watch-bus.js';

/** Where what is seen of a service goes. */
export type Watched = { readiness: Readiness; meter: Meter; tracing: Tracing; logger: Logger };

/** Each port as it is watched, and noted as something that the service needs to be ready. */
export type WatchedPorts = {
  eventStore: (store: EventStore) => EventStore;
  objectStore: (objects: ObjectStore) => ObjectStore;
  objectGrants: (grants: ObjectGrants) => ObjectGrants;
  /** For a store that sweeps its unfinished uploads. */
  sweepFailed: SweepFailed;
  messenger: (messenger: Messenger) => Messenger;
  bus: <C extends BusConnection>(connection: C) => C;
};

/** Nothing is stored under it: that it is not there is an answer of the store. */
const PROBED_KEY = 'health/probe';

export const watchedPorts = ({ readiness, meter, tracing, logger }: Watched): WatchedPorts => {
  const isMeasured = meter !== NO_METER;
  const tell = ({ event, ...facts }: RecordedOfBuild) => logger.info(facts, event);
  return {
    eventStore: (store) => {
      readiness.needs('events', () => store.head());
      const measured = isMeasured
        ? measuredBuilds(measuredEventStore(store, meter, systemClock), meter)
        : store;
      return shownBuilds(measured, { tracing, tell });
    },
    objectStore: (objects) => {
      readiness.needs('objects', () => objects.head(PROBED_KEY));
      const measured = isMeasured ? measuredObjectStore(objects, meter, systemClock) : objects;
      return tracedObjectStore(measured, tracing);
    },
    objectGrants: (grants) => (isMeasured ? measuredObjectGrants(grants, meter) : grants),
    sweepFailed: tellingOfSweeps({ meter, logger }),
    messenger: (messenger) => {
      const measured = isMeasured ? measuredMessenger(messenger, meter, systemClock) : messenger;
      return tracedMessenger(measured, tracing);
    },
    bus: (connection) => {
      readiness.needs('nats', () => connection.rtt());
      watchBus(connection, meter);
      return connection;
    },
  };
};
