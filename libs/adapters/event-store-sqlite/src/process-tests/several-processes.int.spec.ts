import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { sqliteEventStore } from '../sqlite-event-store.js';
import { runProcess } from './run-process.js';

const WRITERS = [0, 1, 2];
const EACH = 200;
const NEW_LOGS = 100;
const folder = mkdtempSync(join(tmpdir(), 'gild-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('lets several processes append to one stream of a new log, and a fourth follow them, with no gap', async () => {
  const path = join(folder, 'shared.db');
  const writers = WRITERS.map((writer) => runProcess({ task: 'race', path, writer, count: EACH }));
  const store = sqliteEventStore({ path, clock: clockOfTheHost });
  const followed: RecordedEvent[] = [];
  for await (const item of store.subscribeAll({}, new AbortController().signal)) {
    if (item.kind === 'event') followed.push(item.event);
    if (followed.length === WRITERS.length * EACH) break;
  }
  const told = (await Promise.all(writers)).flat();
  await store.close();
  const conflicts = told.map(([word, number]) => (word === 'conflicts' ? Number(number) : NaN));
  expect(conflicts).toHaveLength(WRITERS.length);
  expect(conflicts.reduce((sum, number) => sum + number, 0)).toBeGreaterThan(0);
  expect(followed.map(({ revision }) => revision)).toStrictEqual(followed.map((_, index) => index));
  for (const writer of WRITERS) {
    const numbers = followed
      .filter(({ data }) => data['writer'] === String(writer))
      .map(({ data }) => data['number']);
    expect(numbers).toStrictEqual(Array.from({ length: EACH }, (_, index) => index));
  }
}, 60_000);

it('lets two processes make one new log in the same instant', async () => {
  const path = join(folder, 'new.db');
  const told = await Promise.all(
    [0, 1].map((writer) => runProcess({ task: 'meet', path, writer, count: NEW_LOGS })),
  );
  expect(told.flat()).toStrictEqual([0, 1].map(() => ['opened', String(NEW_LOGS)]));
}, 60_000);
