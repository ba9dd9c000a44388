import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover } from '@gild/leftovers';
import { guarded } from './store-faults.js';

/** Removes what processes that are gone left half-written. */
export const sweepTemporaryFiles = async (dir: string): Promise<void> => {
  for (const name of await guarded(`reading ${dir}`, () => readdir(dir))) {
    const path = join(dir, name);
    if (await isLeftover(name, path)) await guarded(`sweeping ${dir}`, () => rm(path, { force: true }));
  }
};
