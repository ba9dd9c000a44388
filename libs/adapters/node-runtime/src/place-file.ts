import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './sync-path.js';

/** Gives a finished file its place, in one step and over what is there; it is there, whole, after a loss of power too. */
export const placeFile = async (temporary: string, path: string): Promise<void> => {
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(dirname(path));
};
