import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover, ownerName } from '@gild/leftovers';
import { type CacheFolders, ifPresent } from './cache-folders.js';

const HELD = /-([0-9a-f]{64})$/;

/** Keys that living processes hold; what dead ones held is removed. */
export const heldKeys = async (folders: CacheFolders): Promise<ReadonlySet<string>> => {
  const held = new Set<string>();
  for (const name of (await ifPresent(readdir(folders.holds))) ?? []) {
    const path = join(folders.holds, name);
    const key = HELD.exec(name)?.[1];
    if (await isLeftover(name, path)) await rm(path, { force: true });
    else if (key !== undefined) held.add(key);
  }
  return held;
};

/** The layers this process holds: a file for each, named after the process, so that other processes see it too. */
export const holdsOf = (folders: CacheFolders) => {
  const counts = new Map<string, number>();
  const pathOf = async (key: string) => join(folders.holds, await ownerName(key));
  const note = async (key: string) => writeFile(await pathOf(key), '', { mode: 0o600 });
  return {
    add: async (key: string): Promise<void> => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      await note(key);
    },
    remove: async (key: string): Promise<void> => {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      if (left > 0 || !counts.delete(key)) return;
      await rm(await pathOf(key), { force: true });
      // Held again while its file was being removed.
      if (counts.has(key)) await note(key);
    },
  };
};
