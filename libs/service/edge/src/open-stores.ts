import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { EventStore, ObjectGrants, ObjectStore } from '@gild/ports';
import type { SweepFailed } from './operations/sweep-failed.js';
import { type S3Settings, s3ServerOf } from './s3-server-of.js';

/** The event store at `sqlite:/path` or `kurrentdb://…`; the folder of a file is created. */
export const openEventStore = async (url: string): Promise<EventStore> => {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return sqliteEventStore({ path, clock: systemClock });
  }
  // Its client takes long to load, and the embedded farm, which shares this library, never needs it.
  const { kurrentEventStore } = await import('@gild/event-store-kurrent');
  return kurrentEventStore({ connectionString: url, clock: systemClock });
};

/** Grants for agents that hold no keys; undefined where objects lie in a folder. Fault: SETTINGS_INVALID. */
export const openObjectGrants = async (
  settings: { GILD_OBJECTS: string } & S3Settings,
  { sweepFailed }: { sweepFailed: SweepFailed },
): Promise<ObjectGrants | undefined> => {
  if (!settings.GILD_OBJECTS.startsWith('s3:')) return undefined;
  const server = await s3ServerOf(settings.GILD_OBJECTS, settings);
  const { s3ObjectGrants } = await import('@gild/object-store-s3');
  return s3ObjectGrants(server, { sweepFailed });
};

/** `sweepFailed`: see there; only a bucket has to be swept. */
type StoreOptions = { linkFrom?: string[]; sweepFailed: SweepFailed };

/**
 * The object store at `directory:/path`, whose folder is created, or `s3:https://host/bucket`. Files in `linkFrom` are
 * linked into a folder instead of copied. Fault: SETTINGS_INVALID.
 */
export const openObjectStore = async (
  settings: { GILD_OBJECTS: string } & S3Settings,
  { linkFrom = [], sweepFailed }: StoreOptions,
): Promise<ObjectStore> => {
  const { GILD_OBJECTS: objects } = settings;
  if (objects.startsWith('s3:')) {
    const server = await s3ServerOf(objects, settings);
    const { s3ObjectStore } = await import('@gild/object-store-s3');
    return s3ObjectStore(server, { sweepFailed });
  }
  const path = objects.slice('directory:'.length);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return directoryObjectStore(path, { linkFrom });
};
