import { join } from 'node:path';
import { type FileLock, takeFileLock } from '@gild/node-runtime';
import type { Clock, HostCacheFolder } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestName } from './cache-folders.js';

const LOOK_AGAIN_MS = 50;

/** One empty file for each copy there ever was: one that is removed while somebody waits for it would be two locks. */
export const copyLocks = (
  folders: CacheFolders,
  clock: Pick<Clock, 'delay'>,
): Pick<HostCacheFolder, 'alone' | 'aloneIfFree'> => {
  const take = (sha256: string) => {
    const path = join(folders.locks, `${digestName(sha256)}.lock`);
    return guarded(`locking ${path}`, () => Promise.resolve().then(() => takeFileLock(path)));
  };
  const locked = async <T>(lock: FileLock, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      lock.release();
    }
  };
  return {
    alone: async (sha256, work, signal) => {
      for (;;) {
        signal?.throwIfAborted();
        const lock = await take(sha256);
        if (lock !== undefined) return locked(lock, work);
        await clock.delay(LOOK_AGAIN_MS, signal);
      }
    },
    aloneIfFree: async (sha256, work) => {
      const lock = await take(sha256);
      return lock === undefined ? undefined : locked(lock, work);
    },
  };
};
