import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerName, sweepLeftovers } from '@gild/leftovers';
import { ifPresent, placeFile, systemCode } from '@gild/node-runtime';
import { type LayerEntry, parseEntry } from './layer-entry.js';

/** The folders of a cache: entries by key, archives, what is still being written, and which layers are in use. */
export type CacheFolders = { entries: string; archives: string; temporary: string; holds: string };

export const cacheFolders = (root: string): CacheFolders => ({
  entries: join(root, 'entries'),
  archives: join(root, 'archives'),
  temporary: join(root, 'temporary'),
  holds: join(root, 'holds'),
});

const KEY = /^[0-9a-f]{64}$/;

export const entryPath = (folders: CacheFolders, key: string): string => {
  if (!KEY.test(key)) throw new RangeError(`a layer key is 64 lower-case hex digits, found ${key}`);
  return join(folders.entries, `${key}.json`);
};

export const prepareFolders = async (folders: CacheFolders): Promise<void> => {
  for (const dir of Object.values(folders)) await mkdir(dir, { recursive: true, mode: 0o700 });
  await sweepLeftovers(folders.temporary);
};

/** A folder of this process, for what is being written. */
export const temporaryFolder = async (folders: CacheFolders): Promise<string> => {
  const path = join(folders.temporary, await ownerName(randomUUID()));
  await mkdir(path, { mode: 0o700 });
  return path;
};

export const writeEntry = async (folders: CacheFolders, entry: LayerEntry, dir: string): Promise<void> => {
  const temporary = join(dir, 'entry');
  await writeFile(temporary, JSON.stringify(entry), { mode: 0o600 });
  await placeFile(temporary, entryPath(folders, entry.key));
};

/** The entry of a key whose archive is there with its whole length. Reading it counts as use. */
export const readEntry = async (folders: CacheFolders, key: string): Promise<LayerEntry | undefined> => {
  const path = entryPath(folders, key);
  const text = await ifPresent(readFile(path, 'utf8'));
  const entry = text === undefined ? undefined : parseEntry(text);
  if (entry === undefined) return undefined;
  const archive = await ifPresent(stat(join(folders.archives, entry.archive.file)));
  return archive?.size === entry.archive.sizeBytes ? entry : undefined;
};

export const markUsed = async (folders: CacheFolders, key: string): Promise<void> => {
  const now = new Date();
  await ifPresent(utimes(entryPath(folders, key), now, now));
};

export type ListedEntry = { entry: LayerEntry; usedAtMs: number };

/** Every entry, the one used last first. */
export const listEntries = async (folders: CacheFolders): Promise<readonly ListedEntry[]> => {
  const names = (await ifPresent(readdir(folders.entries))) ?? [];
  const found = await Promise.all(
    names.map(async (name): Promise<readonly ListedEntry[]> => {
      const path = join(folders.entries, name);
      const [text, status] = await Promise.all([ifPresent(readFile(path, 'utf8')), ifPresent(stat(path))]);
      const entry = text === undefined ? undefined : parseEntry(text);
      return entry === undefined || status === undefined ? [] : [{ entry, usedAtMs: status.mtimeMs }];
    }),
  );
  return found.flat().sort((a, b) => b.usedAtMs - a.usedAtMs || (a.entry.key < b.entry.key ? -1 : 1));
};

const ENTRY = /^([0-9a-f]{64})\.json$/;

/** The key of every entry, the one used last first, by the names of the files alone. */
export const keysByUse = async (folders: CacheFolders): Promise<readonly string[]> => {
  const names = (await ifPresent(readdir(folders.entries))) ?? [];
  const found = await Promise.all(
    names.map(async (name) => {
      const key = ENTRY.exec(name)?.[1];
      const status = key === undefined ? undefined : await ifPresent(stat(join(folders.entries, name)));
      return key === undefined || status === undefined ? [] : [{ key, usedAtMs: status.mtimeMs }];
    }),
  );
  return found
    .flat()
    .sort((a, b) => b.usedAtMs - a.usedAtMs || (a.key < b.key ? -1 : 1))
    .map(({ key }) => key);
};

/** Removes an entry that `mayGo` still allows to go once nobody finds it any more; else it is there again. */
export const removeIf = async (
  folders: CacheFolders,
  { key, archive }: LayerEntry,
  mayGo: () => Promise<boolean>,
): Promise<void> => {
  const dir = await temporaryFolder(folders);
  try {
    const doomed = join(dir, 'entry');
    await ifPresent(rename(entryPath(folders, key), doomed));
    if (await mayGo()) await rm(join(folders.archives, archive.file), { force: true });
    // A link, unlike a renaming, leaves an entry alone that was made anew meanwhile.
    else await ifPresent(link(doomed, entryPath(folders, key))).catch(passOver('EEXIST'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const passOver =
  (code: string) =>
  (error: unknown): void => {
    if (systemCode(error) !== code) throw error;
  };

export const removeEntry = async (folders: CacheFolders, key: string): Promise<void> => {
  const path = entryPath(folders, key);
  const text = await ifPresent(readFile(path, 'utf8'));
  const entry = text === undefined ? undefined : parseEntry(text);
  await rm(path, { force: true });
  if (entry !== undefined) await rm(join(folders.archives, entry.archive.file), { force: true });
};

/** Removes archives that no entry names and nobody wrote for that long: a cut-off came between archive and entry. */
export const removeStrayArchives = async (
  folders: CacheFolders,
  named: ReadonlySet<string>,
  olderThanMs: number,
): Promise<void> => {
  for (const file of await readdir(folders.archives)) {
    if (named.has(file)) continue;
    const path = join(folders.archives, file);
    const status = await ifPresent(stat(path));
    if (status !== undefined && Date.now() - status.ctimeMs > olderThanMs) await rm(path, { force: true });
  }
};
