import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import type { CacheRest, HostCacheFolder } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestIn } from './cache-folders.js';
import { partialPaths, removePartial } from './partial-copy.js';

const BLOCK = 512;

type Found = { kind: 'partial' | 'images' | 'quarantine'; name: string };

const restAt = async (folders: CacheFolders, { kind, name }: Found): Promise<readonly CacheRest[]> => {
  const status = await ifPresent(stat(join(folders[kind], name)));
  const sha256 = kind === 'quarantine' ? undefined : digestIn(name);
  if (status === undefined) return [];
  return [
    {
      id: `${kind}/${name}`,
      ...(sha256 === undefined ? {} : { sha256 }),
      // What is not written yet of a partial copy takes no room.
      sizeBytes: Math.min(status.size, status.blocks * BLOCK),
      changedAt: status.ctime.toISOString(),
    },
  ];
};

/** A journal counts with its part. */
const partialNames = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !(name.endsWith('.pieces') && names.includes(name.replace(/pieces$/, 'part'))));

const rests = async (folders: CacheFolders): Promise<readonly CacheRest[]> => {
  // Images before entries: a file that is recorded meanwhile is no rest.
  const images = await readdir(folders.images);
  const entries = new Set((await readdir(folders.entries)).map(digestIn));
  const found: Found[] = [
    ...images
      .filter((name) => !entries.has(digestIn(name)))
      .map((name) => ({ kind: 'images' as const, name })),
    ...partialNames(await readdir(folders.partial)).map((name) => ({ kind: 'partial' as const, name })),
    ...(await readdir(folders.quarantine)).map((name) => ({ kind: 'quarantine' as const, name })),
  ];
  return (await Promise.all(found.map((one) => restAt(folders, one)))).flat();
};

const removeRest = async (folders: CacheFolders, id: string): Promise<void> => {
  const name = basename(id);
  const sha256 = digestIn(name);
  if (id === `quarantine/${name}`) return rm(join(folders.quarantine, name), { force: true });
  if (id === `partial/${name}`)
    return sha256 === undefined
      ? rm(join(folders.partial, name), { force: true })
      : removePartial(partialPaths(folders, sha256));
  const isCopy = (await readdir(folders.entries)).some((entry) => digestIn(entry) === sha256);
  if (id === `images/${name}` && !isCopy) await rm(join(folders.images, name), { force: true });
};

export const cacheRests = (folders: CacheFolders): Pick<HostCacheFolder, 'rests' | 'removeRest'> => ({
  rests: () => guarded(`reading ${folders.images}`, () => rests(folders)),
  removeRest: (id) => guarded(`removing ${id}`, () => removeRest(folders, id)),
});
