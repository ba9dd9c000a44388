import { type FileLock, takeFileLock } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

/**
 * One embedded farm per GILD_HOME, for as long as the process lives. Undefined while another process holds the lock. Fault:
 * INVALID_REQUEST when there can be no lock.
 */
export const takeFarmLock = (path: string): FileLock | undefined => {
  try {
    return takeFileLock(path);
  } catch (error) {
    throw unusable(path, error);
  }
};

const unusable = (path: string, cause: unknown): Fault => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `cannot lock ${path}: ${reason}; make it writable, or set GILD_HOME to another folder`;
  return new Fault('INVALID_REQUEST', message, { cause });
};
