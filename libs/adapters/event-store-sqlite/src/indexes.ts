import type { DatabaseSync } from 'node:sqlite';

/** How many positions a block has: as many times are looked at to find a moment in one. */
export const BLOCK_SIZE = 1_024;

const BLOCK = `(position / ${BLOCK_SIZE})`;

/** The time of an event; the index serves this very expression and that of the block only. */
export const TIME = "(CASE WHEN json_valid(metadata) THEN json_extract(metadata, '$.time') END)";

/** In the block ?1: the positions say it too, so that where the index is missing only that block is read, not the whole log. */
export const IN_BLOCK = `${BLOCK} = ?1 AND position BETWEEN ?1 * ${BLOCK_SIZE} AND ?1 * ${BLOCK_SIZE} + ${BLOCK_SIZE - 1}`;

const INDEXES = {
  events_by_type: 'type',
  events_by_time: `${BLOCK}, ${TIME}`,
};

/**
 * Makes the indexes that a log of an earlier release lacks. They hold nothing that the events do not, and nothing depends on them but
 * time: an earlier release keeps them up to date without knowing them.
 */
export const makeIndexes = (database: DatabaseSync): void => {
  const known = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index'").all();
  const names = new Set(known.map(({ name }) => name));
  for (const [name, columns] of Object.entries(INDEXES))
    if (!names.has(name)) database.exec(`CREATE INDEX IF NOT EXISTS ${name} ON events (${columns})`);
};
