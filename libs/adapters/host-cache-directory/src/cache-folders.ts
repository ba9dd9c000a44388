import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { objectSuffix, type StoredObject } from '@gild/contracts';
import { ownerName } from '@gild/leftovers';
import { placeFile, syncPath } from '@gild/node-runtime';

/** The folders of a cache. A copy is what `entries` names; `images` also holds files that are none yet, or none any more. */
export type CacheFolders = Readonly<
  Record<
    'images' | 'entries' | 'partial' | 'quarantine' | 'holds' | 'machines' | 'counts' | 'locks' | 'temporary',
    string
  >
>;

export const cacheFolders = (root: string): CacheFolders => ({
  images: join(root, 'images'),
  entries: join(root, 'entries'),
  partial: join(root, 'partial'),
  quarantine: join(root, 'quarantine'),
  holds: join(root, 'holds'),
  machines: join(root, 'machines'),
  counts: join(root, 'counts'),
  locks: join(root, 'locks'),
  temporary: join(root, 'temporary'),
});

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

const makeOne = (path: string): Promise<void> =>
  mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });

/** With the folders on the way. Not by a recursive mkdir: under /proc, say, where nothing can be made, that never ends. */
export const makeFolder = async (path: string): Promise<void> => {
  try {
    await makeOne(path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
};

export const prepareFolders = async (root: string, folders: CacheFolders): Promise<void> => {
  for (const folder of Object.values(folders)) await makeFolder(folder);
  await syncPath(root);
  await syncPath(dirname(root));
};

const DIGEST = /^[0-9a-f]{64}$/;

/** A digest that can name nothing outside the folders. */
export const digestName = (sha256: string): string => {
  if (DIGEST.test(sha256)) return sha256;
  throw new RangeError(`a copy is named by 64 lower-case hex digits, found ${sha256}`);
};

export const entryPath = (folders: CacheFolders, sha256: string): string =>
  join(folders.entries, `${digestName(sha256)}.json`);

export const imagePath = (folders: CacheFolders, { sha256, key }: StoredObject): string =>
  join(folders.images, `${digestName(sha256)}${objectSuffix(key)}`);

/** The digest in the name of an image, its entry, or what is being filled. */
export const digestIn = (path: string): string | undefined =>
  /^([0-9a-f]{64})(\.|$)/.exec(basename(path))?.[1];

export const temporaryPath = async (folders: CacheFolders): Promise<string> =>
  join(folders.temporary, await ownerName(randomUUID()));

/** Has a small file in its place whole, for good. */
export const writeDurably = async (folders: CacheFolders, path: string, text: string): Promise<void> => {
  const temporary = await temporaryPath(folders);
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await placeFile(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
};
