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
  const paths = new Map<string, string[]>();
  return {
    // Each has a file of its own: an older removal never takes a newer hold away.
    add: async (key) => {
      const path = join(folder, await ownerName(`${randomUUID()}-${key}`));
      await writeFile(path, '', { mode: 0o600 });
      paths.set(key, [...(paths.get(key) ?? []), path]);
    },
    remove: async (key) => {
      const [path, ...left] = paths.get(key) ?? [];
      if (path === undefined) return;
      if (left.length > 0) paths.set(key, left);
      else paths.delete(key);
      await rm(path, { force: true });
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
