import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@gild/ports';

/**
 * One embedded farm per GILD_HOME. The lock is an exclusive transaction on a small SQLite file: the operating system
 * ends it with the process, however that dies. Returns undefined while another process holds it. Fault: INVALID_REQUEST when there can be no lock.
 */
export const takeFarmLock = (path: string): { release: () => void } | undefined => {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof Error && /locked|busy/.test(error.message)) return undefined;
    throw unusable(path, error);
  }
  const held = database;
  return {
    release: () => {
      held.close();
    },
  };
};

const unusable = (path: string, cause: unknown): Fault => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `cannot lock ${path}: ${reason}; make it writable, or set GILD_HOME to another folder`;
  return new Fault('INVALID_REQUEST', message, { cause });
};
