import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent, syncPath } from '@gild/node-runtime';
import type { CachedCopies, CachedCopy, HiddenCopy, MeasuredFile } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestIn, entryPath, temporaryPath, writeDurably } from './cache-folders.js';
import { CopyEntry, copyOf, entryText } from './copy-entry.js';
import { readJson } from './json-file.js';
import { fileAt, measureFile } from './measure-file.js';
import { putAside } from './quarantine.js';

/** The copy a digest names: its entry can be read, and its file is there. */
const find = async (folders: CacheFolders, sha256: string): Promise<CachedCopy | undefined> => {
  const entry = await readJson(entryPath(folders, sha256), CopyEntry);
  if (entry === undefined || entry === 'damaged') return undefined;
  const copy = copyOf(folders, entry);
  return (await ifPresent(stat(copy.path))) === undefined ? undefined : copy;
};

const all = async (folders: CacheFolders): Promise<readonly CachedCopy[]> => {
  const copies: CachedCopy[] = [];
  for (const name of (await readdir(folders.entries)).sort()) {
    const sha256 = digestIn(name);
    const copy = sha256 === undefined ? undefined : await find(folders, sha256);
    if (copy !== undefined) copies.push(copy);
  }
  return copies;
};

const hide = async (folders: CacheFolders, sha256: string): Promise<HiddenCopy | undefined> => {
  const copy = await find(folders, sha256);
  const path = entryPath(folders, sha256);
  const hidden = await temporaryPath(folders);
  if (copy === undefined) return undefined;
  if ((await ifPresent(rename(path, hidden).then(() => true))) === undefined) return undefined;
  return {
    restore: () => guarded(`restoring ${path}`, () => rename(hidden, path)),
    discard: () =>
      guarded(`removing ${copy.path}`, async () => {
        await syncPath(folders.entries);
        await rm(copy.path, { force: true });
        await syncPath(folders.images);
        await rm(hidden, { force: true });
      }),
  };
};

/** The entry goes first: whatever comes between, nobody finds the damaged file. */
const quarantine = async (folders: CacheFolders, copy: CachedCopy, measured: MeasuredFile) => {
  if ((await fileAt(copy.path)) !== measured.file) return undefined;
  await putAside(folders, entryPath(folders, copy.sha256));
  return putAside(folders, copy.path);
};

export const cachedCopies = (folders: CacheFolders): CachedCopies => ({
  all: () => guarded(`reading ${folders.entries}`, () => all(folders)),
  find: (sha256) => guarded(`reading ${join(folders.entries, sha256)}`, () => find(folders, sha256)),
  record: (copy) =>
    guarded(`recording ${copy.path}`, () =>
      writeDurably(folders, entryPath(folders, copy.sha256), entryText(copy)),
    ),
  measure: ({ path }, signal) => measureFile(path, signal),
  hide: (sha256) => guarded(`hiding ${sha256}`, () => hide(folders, sha256)),
  quarantine: (copy, measured) =>
    guarded(`putting ${copy.path} aside`, () => quarantine(folders, copy, measured)),
});
