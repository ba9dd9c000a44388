import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sweepLeftovers } from '@gild/leftovers';
import { ifPresent } from '@gild/node-runtime';
import type { HostCacheFolder } from '@gild/ports';
import { type CacheFolders, digestIn } from './cache-folders.js';
import { CopyEntry, copyOf } from './copy-entry.js';
import { readJson } from './json-file.js';
import { putAside } from './quarantine.js';

/** An entry nobody can read is put aside, and its image stays for the next filling; one whose image is gone goes, too. */
const recoverEntry = async (folders: CacheFolders, path: string): Promise<void> => {
  const entry = await readJson(path, CopyEntry);
  if (entry === undefined) return;
  if (entry === 'damaged' || entry.sha256 !== digestIn(path)) await putAside(folders, path);
  else if ((await ifPresent(stat(copyOf(folders, entry).path))) === undefined)
    await rm(path, { force: true });
};

export const recoverFolder = async (
  folders: CacheFolders,
  aloneIfFree: HostCacheFolder['aloneIfFree'],
): Promise<void> => {
  await sweepLeftovers(folders.temporary);
  for (const name of await readdir(folders.entries)) {
    const sha256 = digestIn(name);
    if (sha256 !== undefined)
      await aloneIfFree(sha256, () => recoverEntry(folders, join(folders.entries, name)));
  }
};
