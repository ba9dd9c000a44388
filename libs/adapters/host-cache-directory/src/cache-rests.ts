import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import type { CacheRest, HostCacheFolder } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestIn } from './cache-folders.js';
import { partialPaths, removePartial } from './partial-copy.js';

const BLOCK = 512;

type Found = { kind: 'partial' | 'images' | 'quarantine'; name: string };

/** The names that a cache gives. Whatever else lies in its folders is not of it. */
const OWN_NAMES = {
  images: /^[0-9a-f]{64}(\.|$)/,
  partial: /^[0-9a-f]{64}\.(part|pieces)$/,
  quarantine: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{64}(\.|$)/,
} as const satisfies Record<Found['kind'], RegExp>;

const isFile = async (path: string): Promise<boolean> => (await ifPresent(lstat(path)))?.isFile() === true;

const restAt = async (folders: CacheFolders, { kind, name }: Found): Promise<readonly CacheRest[]> => {
  const status = await ifPresent(lstat(join(folders[kind], name)));
  const sha256 = kind === 'quarantine' ? undefined : digestIn(name);
  if (status?.isFile() !== true) return [];
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
  const own = async (kind: Found['kind']) =>
    (await readdir(folders[kind])).filter((name) => OWN_NAMES[kind].test(name));
  // Images before entries: a file that is recorded meanwhile is no rest.
  const images = await own('images');
  const entries = new Set((await readdir(folders.entries)).map(digestIn));
  const found: Found[] = [
    ...images
      .filter((name) => !entries.has(digestIn(name)))
      .map((name) => ({ kind: 'images' as const, name })),
    ...partialNames(await own('partial')).map((name) => ({ kind: 'partial' as const, name })),
    ...(await own('quarantine')).map((name) => ({ kind: 'quarantine' as const, name })),
  ];
  return (await Promise.all(found.map((one) => restAt(folders, one)))).flat();
};

const foundAs = (id: string): Found | undefined => {
  const name = basename(id);
  const kinds = Object.keys(OWN_NAMES) as Found['kind'][];
  const kind = kinds.find((one) => id === `${one}/${name}` && OWN_NAMES[one].test(name));
  return kind && { kind, name };
};

const removeRest = async (folders: CacheFolders, id: string): Promise<void> => {
  const found = foundAs(id);
  if (found === undefined) return;
  const path = join(folders[found.kind], found.name);
  if (!(await isFile(path))) return;
  const sha256 = digestIn(found.name);
  if (found.kind === 'partial' && sha256 !== undefined) return removePartial(partialPaths(folders, sha256));
  const isCopy =
    found.kind === 'images' && (await readdir(folders.entries)).some((entry) => digestIn(entry) === sha256);
  if (!isCopy) await rm(path, { force: true });
};

export const cacheRests = (folders: CacheFolders): Pick<HostCacheFolder, 'rests' | 'removeRest'> => ({
  rests: () => guarded(`reading ${folders.images}`, () => rests(folders)),
  removeRest: (id) => guarded(`removing ${id}`, () => removeRest(folders, id)),
});
