import type { DatabaseSync } from 'node:sqlite';

const COLUMNS = 'position, stream, revision, event_id, type, data, metadata';
const SIZE = 'SELECT sum(octet_length(data) + octet_length(metadata)) AS size FROM events';
const PASSES = `(:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
  AND (:prefixes IS NULL OR EXISTS
    (SELECT 1 FROM json_each(:prefixes) AS prefix WHERE substr(stream, 1, length(prefix.value)) = prefix.value))`;

/** Every statement the store runs, prepared once. */
export const prepareStatements = (database: DatabaseSync) => {
  const rows = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true); // twice as fast as objects
    return statement;
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
    filteredLog: rows(
      `SELECT ${COLUMNS} FROM events WHERE position BETWEEN :first AND :last AND ${PASSES} ORDER BY position LIMIT :limit`,
    ),
    forwards: rows(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`,
    ),
    backwards: rows(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision DESC`,
    ),
  };
};

export type Statements = ReturnType<typeof prepareStatements>;
