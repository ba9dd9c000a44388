import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import { isLeftover, ownerName } from './owner-name.js';

const HELD = /-([0-9a-f]{64})$/;

/** Things named by a digest that living processes need just now. */
export type ProcessHolds = {
  add: (key: string) => Promise<void>;
  /** Once for every `add`. */
  remove: (key: string) => Promise<void>;
  /** What any living process holds; what dead ones held is removed. */
  held: () => Promise<ReadonlySet<string>>;
};

/** Holds as files of a folder, each named after its process, so that other processes see it too. */
export const processHolds = (folder: string): ProcessHolds => {
  const counts = new Map<string, number>();
  const ours = randomUUID();
  const pathOf = async (key: string) => join(folder, await ownerName(`${ours}-${key}`));
  const note = async (key: string) => writeFile(await pathOf(key), '', { mode: 0o600 });
  return {
    add: async (key) => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      await note(key);
    },
    remove: async (key) => {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      if (left > 0 || !counts.delete(key)) return;
      await rm(await pathOf(key), { force: true });
      // Held again while its file was being removed.
      if (counts.has(key)) await note(key);
    },
    held: async () => {
      const held = new Set<string>();
      for (const name of (await ifPresent(readdir(folder))) ?? []) {
        const path = join(folder, name);
        const key = HELD.exec(name)?.[1];
        if (await isLeftover(name, path)) await rm(path, { force: true });
        else if (key !== undefined) held.add(key);
      }
      return held;
    },
  };
};
