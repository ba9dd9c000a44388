import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { placeFile } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import { type EventStore, Fault, type ObjectStore } from '@gild/ports';
import { configProblems, openEventStore, openObjectStore, s3Settings, settings } from '@gild/service-edge';
import { z } from 'zod';
import { takeFarmLock } from '../../farm/farm-lock.js';
import { homeOf, prepareHome } from '../../farm/home.js';

const Stores = z.object({ GILD_EVENTS: settings.events, GILD_OBJECTS: settings.objects, ...s3Settings });
type Stores = z.infer<typeof Stores>;

/** Where events and objects of a farm lie. */
export type TruthPlace = {
  /** For people. */
  name: string;
  /** The events' file; undefined where a server has them. */
  eventsFile: string | undefined;
  openEvents: () => Promise<EventStore>;
  openObjects: (note: (line: string) => void) => Promise<ObjectStore>;
  /** The private key that signs the history; undefined where no setting names it. */
  signingKey: string | undefined;
  /** Keeps a farm from starting there; where services have the farm nothing can. Fault: FARM_RUNS. */
  hold: () => () => void;
};

/**
 * As a registry service has them (`GILD_EVENTS`, `GILD_OBJECTS`), else the state in `GILD_HOME`. Fault: INVALID_REQUEST, also
 * when there is only a `GILD_URL`: nothing is backed up over HTTP.
 */
export const truthPlace = (env: NodeJS.ProcessEnv): TruthPlace => {
  if (isGiven(env['GILD_EVENTS'])) return placeOfServices(env);
  if (isGiven(env['GILD_URL']))
    throw new Fault(
      'INVALID_REQUEST',
      'GILD_URL names a farm, and no backup is made over HTTP: set GILD_EVENTS and GILD_OBJECTS as the registry service has them, or unset GILD_URL for the farm in GILD_HOME of this host',
    );
  return placeOfHome(env);
};

const isGiven = (value: string | undefined): boolean => value !== undefined && value !== '';

const placeOfServices = (env: NodeJS.ProcessEnv): TruthPlace => {
  const parsed = Stores.safeParse(env);
  if (!parsed.success) throw new Fault('INVALID_REQUEST', configProblems(parsed.error, env).join('\n'));
  const stores: Stores = parsed.data;
  const { GILD_EVENTS: events, GILD_OBJECTS: objects } = stores;
  return {
    name: `${withoutSecret(events)} and ${objects}`,
    eventsFile: events.startsWith('sqlite:') ? events.slice('sqlite:'.length) : undefined,
    openEvents: () => openEventStore(events),
    openObjects: (note) =>
      openObjectStore(stores, {
        sweepFailed: (error) => note(`unfinished uploads were not swept: ${String(error)}`),
      }),
    signingKey: isGiven(env['GILD_SIGNING_KEY']) ? env['GILD_SIGNING_KEY'] : undefined,
    hold: () => () => undefined,
  };
};

/** A connection string may hold a user and a password. */
const withoutSecret = (url: string): string => url.replace(/\/\/.*@/s, '//');

const placeOfHome = (env: NodeJS.ProcessEnv): TruthPlace => {
  const home = homeOf(env);
  return {
    name: home.root,
    eventsFile: home.events,
    openEvents: () => openEventStore(`sqlite:${home.events}`),
    openObjects: async () => directoryObjectStore(home.objects),
    signingKey: home.signingKey,
    hold: () => {
      prepareHome(home);
      const lock = takeFarmLock(home.lock);
      if (lock !== undefined) return () => lock.release();
      throw new Fault('FARM_RUNS', `a farm runs on ${home.root}: end it, or restore into another GILD_HOME`);
    },
  };
};

/** Fault: INVALID_REQUEST where nothing was ever recorded. */
export const requireEvents = ({ eventsFile, name }: TruthPlace): void => {
  if (eventsFile === undefined || existsSync(eventsFile)) return;
  throw new Fault('INVALID_REQUEST', `there is no farm to back up: ${name} has no events (${eventsFile})`);
};

/**
 * Does the work on an event store beside the one of the place, which takes its place whole at the end: a farm never starts on a
 * part of its history. A server has no such thing, and is written as it is. Fault: STATE_NOT_EMPTY.
 */
export const inPlaceOf = async <T>(
  place: TruthPlace,
  work: (store: EventStore) => Promise<T>,
): Promise<T> => {
  const { eventsFile } = place;
  if (eventsFile === undefined) return closing(await place.openEvents(), work);
  if (existsSync(eventsFile)) await closing(await place.openEvents(), requireEmpty);
  const beside = `${eventsFile}.restoring`;
  const result = await closing(await openEventStore(`sqlite:${beside}`), work);
  if (existsSync(`${beside}-wal`))
    throw new Fault(
      'STORE_IO',
      `${beside} could not be closed whole: free space on its disk and restore again`,
    );
  for (const suffix of ['-wal', '-shm']) await rm(`${eventsFile}${suffix}`, { force: true });
  await placeFile(beside, eventsFile);
  return result;
};

const closing = async <T>(store: EventStore, work: (store: EventStore) => Promise<T>): Promise<T> => {
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const requireEmpty = async (store: EventStore): Promise<void> => {
  if ((await store.head()) === undefined) return;
  throw new Fault(
    'STATE_NOT_EMPTY',
    'expected a place without events, found some: restore into an empty one, and move this one away if it is to be replaced',
  );
};
