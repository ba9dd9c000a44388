import { chmodSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@gild/ports';
import { errorField } from './error-field.js';
import { makeIndexes } from './indexes.js';

const SCHEMA_VERSION = 1;
const APPLICATION_ID = 0x47494c44; // "GILD", shown by file(1)
const OPENING_WAIT_MS = 5_000;
const RETRY_MS = 10;
const STATEMENT_WAIT_MS = 50; // blocks the event loop, so short; longer waits are made of several
const BUSY = 5;
const LOCKED = 6;
const FULL = 13;

const SCHEMA = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'recorded events never change'); END;
  CREATE TRIGGER events_never_go BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'recorded events are never removed'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Opens the database of that path, made on first use: mode 0600, write-ahead log, every commit synced to disk. */
export const openDatabase = (path: string): DatabaseSync => {
  makeFile(path);
  const database = new DatabaseSync(path, { timeout: OPENING_WAIT_MS });
  try {
    prepare(database, path);
    database.exec(`PRAGMA busy_timeout = ${STATEMENT_WAIT_MS}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

const prepare = (database: DatabaseSync, path: string): void => {
  const version = within(database, 'BEGIN', () => schemaVersion(database, path));
  useWriteAheadLog(database);
  database.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
  if (version === 0) createSchema(database, path);
  unlessHindered(() => makeIndexes(database));
  // Moves what an earlier process left in the write-ahead log into the database. After a failed sync the page cache
  // may show commits that are not on disk; copying them and syncing the copy makes what we show durable.
  unlessHindered(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
};

const pragma = (database: DatabaseSync, name: string): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);

const schemaVersion = (database: DatabaseSync, path: string): number => {
  const version = pragma(database, 'user_version');
  const tables = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
  const foreign =
    version === 0 ? tables !== undefined : pragma(database, 'application_id') !== APPLICATION_ID;
  if (foreign) {
    throw new Fault(
      'STORE_SCHEMA',
      `expected an event store, found another database at ${path}: name another file`,
    );
  }
  if (version <= SCHEMA_VERSION) return version;
  throw new Fault(
    'STORE_SCHEMA',
    `expected an event store of version ${SCHEMA_VERSION} or older, found version ${version} at ${path}: use the newer release that wrote it`,
  );
};

const createSchema = (database: DatabaseSync, path: string): void =>
  within(database, 'BEGIN IMMEDIATE', () => {
    if (schemaVersion(database, path) === 0) database.exec(SCHEMA);
  });

/** SQLite does not wait by itself where two processes change to the log at once (https://www.sqlite.org/rescode.html#busy). */
const useWriteAheadLog = (database: DatabaseSync): void => {
  for (let wait = 0; ; wait += RETRY_MS) {
    try {
      return database.exec('PRAGMA journal_mode = WAL');
    } catch (error) {
      const busy = (Number(errorField(error, 'errcode')) & 0xff) === BUSY;
      if (!busy || wait >= OPENING_WAIT_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
};

/** One view of the database for all the work does, as another process may be making its schema at this moment. */
const within = <T>(database: DatabaseSync, begin: string, work: () => T): T => {
  database.exec(begin);
  const result = work();
  database.exec('COMMIT');
  return result;
};

/** A full disk or another process at work prevents it and is no reason not to open. */
const unlessHindered = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (!isPassing(Number(errorField(error, 'errcode')))) throw error;
  }
};

const isPassing = (code: number): boolean => [BUSY, LOCKED, FULL].includes(code & 0xff);

const makeFile = (path: string): void => {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    syncFolder(dirname(path));
  } catch (error) {
    const code = errorField(error, 'code');
    // Never by an open descriptor: closing one would drop the locks of this process on the database.
    if (code === 'EEXIST') return chmodSync(path, 0o600);
    throw new Fault(
      code === 'ENOSPC' ? 'STORE_FULL' : 'STORE_UNAVAILABLE',
      `the event store ${path} cannot be made (${String(code)}): its folder must exist, be writable and have room`,
      { cause: error },
    );
  }
};

const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
