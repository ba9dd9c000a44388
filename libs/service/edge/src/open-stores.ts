import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { EventStore, ObjectStore } from '@gild/ports';

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

/** The object store at `directory:/path`; the folder is created. Files in `linkFrom` are linked instead of copied. */
export const openObjectStore = (url: string, linkFrom: string[] = []): ObjectStore => {
  const path = url.slice('directory:'.length);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return directoryObjectStore(path, { linkFrom });
};
