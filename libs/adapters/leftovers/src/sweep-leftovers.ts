import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover } from './owner-name.js';

/** Removes from a folder what processes that are gone left half-written. */
export const sweepLeftovers = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (await isLeftover(name, path)) await rm(path, { recursive: true, force: true });
  }
};
