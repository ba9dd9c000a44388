import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ifPresent, syncPath } from '@gild/node-runtime';
import type { CacheFolders } from './cache-folders.js';

/** Moves a file where nobody looks for copies, and tells where that is; undefined when it is gone. */
export const putAside = async (folders: CacheFolders, path: string): Promise<string | undefined> => {
  const aside = join(folders.quarantine, `${randomUUID()}-${basename(path)}`);
  const moved = await ifPresent(rename(path, aside).then(() => true));
  if (moved === undefined) return undefined;
  await syncPath(folders.quarantine);
  await syncPath(dirname(path));
  return aside;
};
