import { DatabaseSync } from 'node:sqlite';

/** SQLite's own numbers: another one holds it, in another process or in this one. */
const TAKEN = new Set<unknown>([5, 6]);

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && TAKEN.has(error.errcode);

export type FileLock = { release: () => void };

/**
 * A lock that one process of the host holds, or one part of it: an exclusive transaction on a small SQLite file, which the
 * operating system ends with the process, however that dies. Undefined while somebody holds it; throws when there can be no lock.
 */
export const takeFileLock = (path: string): FileLock | undefined => {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (isTaken(error)) return undefined;
    throw error;
  }
  const held = database;
  return { release: () => held.close() };
};
