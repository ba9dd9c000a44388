import { mkdir, open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '@gild/node-runtime';
import { guarded } from './store-faults.js';

/** Makes the names in a folder survive a loss of power. A folder that is gone meanwhile has none to keep. */
export const syncFolder = (dir: string): Promise<void> =>
  guarded(`syncing ${dir}`, async () => {
    try {
      const handle = await open(dir, 'r');
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  });

/** Makes a folder for the owner only, and every folder above it that is absent; what the system refuses is thrown as it is. */
export const makeFolder = async (dir: string): Promise<void> => {
  const first = await mkdir(dir, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = dir; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
};

/** Removes folders from `dir` upwards while they are empty, but not `root`. */
export const removeEmptyFolders = async (dir: string, root: string): Promise<void> => {
  for (let empty = dir; empty.length > root.length; empty = dirname(empty)) {
    try {
      await rmdir(empty);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue;
      return;
    }
  }
};
