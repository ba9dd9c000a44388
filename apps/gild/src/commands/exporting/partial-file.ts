import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removedAfterwards } from '../removed-afterwards.js';

/** Files beside the one that is wanted; all are removed when `use` ends, and when the process exits before. */
export const withPartialFiles = <T>(path: string, use: (next: () => string) => Promise<T>): Promise<T> => {
  const files: string[] = [];
  const next = (): string => {
    const file = join(dirname(path), `.gild-${randomUUID()}.partial`);
    files.push(file);
    return file;
  };
  const remove = () => files.forEach((file) => rmSync(file, { force: true }));
  return removedAfterwards(remove, () => use(next));
};

/** Gives a finished file its name. From then on it is whole, also after power loss. */
export const settle = async (partial: string, path: string): Promise<void> => {
  const file = await open(partial, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
};
