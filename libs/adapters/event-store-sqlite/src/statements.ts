import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { IN_BLOCK, TIME } from './indexes.js';

const COLUMNS = 'position, stream, revision, event_id, type, data, metadata';
const SIZE = 'SELECT sum(octet_length(data) + octet_length(metadata)) AS size FROM events';

/** Every statement the store runs, prepared once. */
export const prepareStatements = (database: DatabaseSync) => {
  const rows = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true); // twice as fast as objects
    return statement;
  };
  const perCount = (sqlOf: (count: number) => string) => {
    const known = new Map<number, StatementSync>();
    return (count: number): StatementSync => {
      const statement = known.get(count) ?? rows(sqlOf(count));
      known.set(count, statement);
      return statement;
    };
  };
  return {
    head: database.prepare('SELECT max(position) AS position FROM events'),
    lastRevision: database.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?'),
    dataVersion: database.prepare('PRAGMA data_version'),
    insert: database.prepare(
      'INSERT INTO events (stream, revision, event_id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    byIds: rows(`SELECT ${COLUMNS} FROM events WHERE event_id IN (SELECT value FROM json_each(?))`),
    logSize: database.prepare(`${SIZE} WHERE position BETWEEN ? AND ?`),
    streamSize: database.prepare(`${SIZE} WHERE stream = ? AND revision BETWEEN ? AND ?`),
    log: rows(`SELECT ${COLUMNS} FROM events WHERE position BETWEEN ? AND ? ORDER BY position`),
    /** Its parameters: the first and the last position, how many at most, then as many prefixes of streams as said. */
    ofPrefixes: perCount(prefixedLog),
    /** Its parameters: the first and the last position, how many at most, then as many types as said. */
    ofTypes: perCount(typedLog),
    latestOfBlock: database.prepare(`SELECT max(${TIME}) AS time FROM events WHERE ${IN_BLOCK}`),
    firstLaterInBlock: database.prepare(
      `SELECT min(position) AS position FROM events WHERE ${IN_BLOCK} AND ${TIME} > ?2`,
    ),
    forwards: rows(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`,
    ),
    backwards: rows(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision DESC`,
    ),
  };
};

/** Each prefix is compared by itself: a list of them (`json_each`) would be walked anew for each row. */
const prefixedLog = (prefixes: number): string => {
  const begins = (_: unknown, index: number) => `substr(stream, 1, length(?${index + 4})) = ?${index + 4}`;
  const any = Array.from({ length: prefixes }, begins).join(' OR ') || 'FALSE';
  return `SELECT ${COLUMNS} FROM events WHERE position BETWEEN ?1 AND ?2 AND (${any}) ORDER BY position LIMIT ?3`;
};

/** Each type's places are merged in the order of the log, and only events that are wanted are read. */
const typedLog = (types: number): string => {
  const ofType = (_: unknown, index: number) =>
    `SELECT position FROM events WHERE type = ?${index + 4} AND position BETWEEN ?1 AND ?2`;
  const found = Array.from({ length: types }, ofType).join(' UNION ALL ');
  return `WITH found AS (${found} ORDER BY position LIMIT ?3)
    SELECT ${COLUMNS} FROM found CROSS JOIN events USING (position) ORDER BY position`;
};

export type Statements = ReturnType<typeof prepareStatements>;
