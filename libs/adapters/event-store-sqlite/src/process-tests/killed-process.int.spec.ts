import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventStore, RecordedEvent } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { sqliteEventStore } from '../sqlite-event-store.js';
import { isPossible, runProcess } from './run-process.js';

const EVENTS = 4;
const folder = mkdtempSync(join(tmpdir(), 'gild-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const traced = isPossible('kill -9 at every write, failing syncs', [
  'strace',
  '-f',
  '-o',
  '/dev/null',
  'true',
]);
const withStrace = traced ? it : it.skip;
const strace = (...options: string[]): string[] => ['strace', '-f', '-o', '/dev/null', ...options];

const allOf = async (store: EventStore): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
};

/** Opens what a process left behind: whole, in order, and ready for the next append. */
const recover = async (path: string): Promise<unknown[]> => {
  const store = sqliteEventStore({ path, clock: clockOfTheHost });
  const events = await allOf(store);
  expect(events.map(({ revision }) => revision)).toStrictEqual(events.map((_, index) => index));
  const [first] = events;
  const id = 'ffffffff-0000-4000-8000-000000000000';
  const metadata = { time: '', actor: '', correlationId: '', causationId: '', schema: 1 };
  const appended = await store.append('job-shared', 'any', [{ id, type: 'Recovered', data: {}, metadata }]);
  expect(appended).toMatchObject({ ok: true, revision: events.length });
  if (first)
    expect(await store.append('job-shared', 'none', [first])).toMatchObject({ ok: true, revision: 0 });
  await store.close();
  const database = new DatabaseSync(path);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();
  return events.map(({ data }) => data['number']);
};

const numbersTold = (told: readonly string[][], word: string): number[] =>
  told.filter(([first]) => first === word).map(([, number]) => Number(number));

/** Kills the process at its nth call until a run ends by itself; gives the number of runs that were killed. */
const sweep = async (call: string): Promise<number> => {
  for (let nth = 1; ; nth += 1) {
    const path = join(folder, `${call}-${nth}.db`);
    const under = strace('-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${nth}`);
    const told = await runProcess({ task: 'append', path, count: EVENTS, under });
    const acked = numbersTold(told, 'acked');
    const recovered = await recover(path);
    expect(recovered.slice(0, acked.length)).toStrictEqual(acked);
    expect(numbersTold(told, 'sent').slice(0, recovered.length)).toStrictEqual(recovered);
    if (acked.length === EVENTS) return nth - 1;
  }
};

withStrace.each([
  ['pwrite64', 30],
  ['fsync', EVENTS],
])(
  'row 8: keeps every acknowledged event when the process is killed at any %s',
  async (call, atLeast) => {
    expect(await sweep(call)).toBeGreaterThanOrEqual(atLeast);
  },
  300_000,
);

withStrace('syncs the log to disk before every acknowledgement', async () => {
  const log = join(folder, 'witness.strace');
  const under = ['strace', '-f', '-o', log, '-e', 'trace=write,fsync,fdatasync'];
  await runProcess({ task: 'append', path: join(folder, 'witness.db'), count: EVENTS, under });
  const [, ...appends] = readFileSync(log, 'utf8').split('"sent ');
  expect(appends).toHaveLength(EVENTS);
  for (const append of appends) expect(append.split('"acked ')[0]).toMatch(/sync\(\d+\) += 0/);
});

/** How often a new database is synced before the first event is sent. */
const syncsOfOpening = async (): Promise<number> => {
  const log = join(folder, 'opening.strace');
  const under = ['strace', '-f', '-o', log, '-e', 'trace=write,fsync'];
  await runProcess({ task: 'append', path: join(folder, 'opening.db'), count: 1, under });
  const [opening = ''] = readFileSync(log, 'utf8').split('"sent ');
  return opening.match(/fsync\(\d+\) += 0/g)?.length ?? 0;
};

withStrace('row 10: acknowledges nothing after a failed sync and does not sync again', async () => {
  const path = join(folder, 'failing-sync.db');
  const log = join(folder, 'failing-sync.strace');
  const syncs = 'trace=fsync,fdatasync';
  const inject = `inject=fsync:error=EIO:when=${(await syncsOfOpening()) + 3}`;
  const under = ['strace', '-f', '-o', log, '-e', syncs, '-e', inject];
  const told = await runProcess({ task: 'append', path, count: EVENTS, under });
  const acked = numbersTold(told, 'acked');
  const refused = numbersTold(told, 'STORE_IO');
  expect(acked.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(1);
  expect([...acked, ...refused]).toStrictEqual(Array.from({ length: EVENTS }, (_, index) => index));
  const [, afterFailure] = readFileSync(log, 'utf8').split('EIO');
  expect(afterFailure).not.toContain('sync(');
  expect((await recover(path)).slice(0, acked.length)).toStrictEqual(acked);
});

describe('row 8: the write-ahead log, cut at any byte,', () => {
  const path = join(folder, 'whole.db');
  /** Bytes of a frame: a page and its header (https://www.sqlite.org/fileformat2.html#walformat). */
  const FRAME = 4096 + 24;

  /** What is left when the log is cut, in a folder of its own. */
  const cutAt = (length: number): string => {
    const cut = join(folder, `cut-${length}.db`);
    copyFileSync(path, cut);
    writeFileSync(`${cut}-wal`, readFileSync(`${path}-wal`).subarray(0, length));
    return cut;
  };

  beforeAll(() => runProcess({ task: 'append', path, count: EVENTS }));

  it('leaves a beginning of what was written, which takes the next append', async () => {
    const size = statSync(`${path}-wal`).size;
    const lengths = new Set<number>();
    for (let length = 0; length <= size; length += 499) {
      const recovered = await recover(cutAt(length));
      expect(recovered).toStrictEqual(recovered.map((_, index) => index));
      lengths.add(recovered.length);
    }
    expect([...lengths]).toStrictEqual(Array.from({ length: EVENTS }, (_, index) => index));
  }, 60_000);

  it('in its last frame leaves every event but the last, whole', () => {
    const size = statSync(`${path}-wal`).size;
    const cut = cutAt(size);
    for (let length = size - 1; length >= size - FRAME; length -= 1) {
      truncateSync(`${cut}-wal`, length);
      const database = new DatabaseSync(cut, { readOnly: true }); // which leaves the database as it is for the next cut
      const { events } = database.prepare('SELECT count(*) AS events FROM events').get() ?? {};
      const integrity = database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
      database.close();
      expect([length, events, integrity]).toStrictEqual([length, EVENTS - 1, 'ok']);
    }
  }, 60_000);
});
