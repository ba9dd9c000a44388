import { DatabaseSync } from 'node:sqlite';

/**
 * One embedded farm per GILD_HOME. The lock is an exclusive transaction on a small SQLite file: the operating system
 * ends it with the process, however that dies. Returns undefined while another process holds it.
 */
export const takeFarmLock = (path: string): { release: () => void } | undefined => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/.test(error.message)) return undefined;
    throw error;
  }
  return {
    release: () => {
      database.close();
    },
  };
};
