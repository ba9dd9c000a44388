import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@gild/ports';
import { clockOfTheHost, numberedEvent } from '@gild/testing';
import { sqliteEventStore } from './sqlite-event-store.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const withStatement = (path: string, sql: string): DatabaseSync => {
  const database = new DatabaseSync(path);
  database.exec(sql);
  return database;
};

it('makes its files readable by their owner only', async () => {
  const path = join(folder, 'private.db');
  const store = sqliteEventStore({ path, clock: clockOfTheHost });
  await store.append('job-1', 'any', [numberedEvent(1)]);
  const modes = ['', '-wal', '-shm'].map((suffix) => statSync(path + suffix).mode & 0o777);
  expect(modes).toStrictEqual([0o600, 0o600, 0o600]);
  await store.close();
});

it('refuses a log that a newer release has written', async () => {
  const path = join(folder, 'newer.db');
  await sqliteEventStore({ path, clock: clockOfTheHost }).close();
  withStatement(path, 'PRAGMA user_version = 2').close();
  const refusal = { code: 'STORE_SCHEMA', message: expect.stringContaining('found version 2') };
  expect(() => sqliteEventStore({ path, clock: clockOfTheHost })).toThrow(expect.objectContaining(refusal));
});

it('refuses a database of something else and leaves it as it was', () => {
  const path = join(folder, 'other.db');
  withStatement(path, 'CREATE TABLE invoices (number INTEGER)').close();
  const refusal = expect.objectContaining({ code: 'STORE_SCHEMA' });
  expect(() => sqliteEventStore({ path, clock: clockOfTheHost })).toThrow(refusal);
  const database = new DatabaseSync(path);
  expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'invoices' }]);
  database.close();
});

it.each([
  ['a file that is no database', 'text.db', 'STORE_DAMAGED'],
  ['a folder that does not exist', 'absent/events.db', 'STORE_UNAVAILABLE'],
])('refuses %s', (_, name, code) => {
  writeFileSync(join(folder, 'text.db'), 'not a database, '.repeat(100));
  const open = () => sqliteEventStore({ path: join(folder, name), clock: clockOfTheHost });
  expect(open).toThrow(expect.objectContaining({ name: 'Fault', code }));
});

it('lets nobody alter or remove a recorded event', async () => {
  const path = join(folder, 'fixed.db');
  const store = sqliteEventStore({ path, clock: clockOfTheHost });
  await store.append('job-1', 'any', [numberedEvent(1)]);
  await store.close();
  expect(() => withStatement(path, `UPDATE events SET type = 'Other'`)).toThrow(
    'recorded events never change',
  );
  expect(() => withStatement(path, 'DELETE FROM events')).toThrow('recorded events are never removed');
});

it('waits for a writer that holds the log, then says that it is busy; nothing is recorded', async () => {
  const path = join(folder, 'busy.db');
  let elapsed = 0;
  const clock: Clock = {
    ...clockOfTheHost,
    monotonicMs: () => elapsed,
    delay: async (ms) => void (elapsed += ms * 100),
  };
  const store = sqliteEventStore({ path, clock });
  const holder = withStatement(path, 'BEGIN IMMEDIATE');
  const refused = store.append('job-1', 'none', [numberedEvent(1)]);
  await expect(refused).rejects.toMatchObject({ code: 'STORE_BUSY', retryable: true });
  expect(elapsed).toBeGreaterThan(10_000);
  holder.close();
  expect(await store.append('job-1', 'none', [numberedEvent(1)])).toMatchObject({ ok: true, revision: 0 });
  await store.close();
});

it('lets other work proceed during a long read', async () => {
  const store = sqliteEventStore({ path: join(folder, 'long.db'), clock: clockOfTheHost });
  await store.append(
    'job-1',
    'none',
    Array.from({ length: 10_000 }, (_, number) => numberedEvent(number)),
  );
  let turns = 0;
  let reading = true;
  const turn = (): void => {
    turns += 1;
    if (reading) setImmediate(turn);
  };
  setImmediate(turn);
  for await (const { revision } of store.readAll()) expect(revision).toBeLessThan(10_000);
  reading = false;
  expect(turns).toBeGreaterThanOrEqual(10);
  await store.close();
});
