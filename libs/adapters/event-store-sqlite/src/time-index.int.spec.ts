import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './open-database.js';
import { prepareStatements } from './statements.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** How SQLite would find the answer to each question about the times of a block. */
const plans = (path: string, change: string): string[] => {
  const database = openDatabase(path);
  database.exec(change);
  const { latestOfBlock, firstLaterInBlock } = prepareStatements(database);
  const found = [latestOfBlock, firstLaterInBlock].map(({ sourceSQL }) => {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sourceSQL}`).all();
    return steps.map(({ detail }) => String(detail)).join('; ');
  });
  database.close();
  return found;
};

it('finds a time by its index, and without it reads one block and never the whole log', () => {
  const path = join(folder, 'events.db');
  for (const plan of plans(path, '')) expect(plan).toContain('events_by_time');
  for (const plan of plans(path, 'DROP INDEX events_by_time'))
    expect(plan).toContain('(rowid>? AND rowid<?)');
});
