import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNoSpace, sha256 } from '@gild/node-runtime';
import type { CopyCounts, ImageCounts, ImageReference } from '@gild/ports';
import { z } from 'zod';
import { guarded } from './cache-faults.js';
import { type CacheFolders, temporaryPath } from './cache-folders.js';
import { StoredReference } from './copy-entry.js';
import { readJson } from './json-file.js';

const count = z.int().min(0);
const CountedImage = z.object({
  image: StoredReference,
  counts: z.object({
    accessCount: count,
    hitCount: count,
    accessedAt: z.string().optional(),
    lastVerification: z.string().optional(),
    lastVmCreated: z.string().optional(),
  }),
});

const NONE: ImageCounts = { accessCount: 0, hitCount: 0 };

/** One file each, replaced as a whole; what cannot be read counts from nothing. */
export const copyCounts = (folders: CacheFolders): CopyCounts => {
  const pathOf = ({ imageName, version, arch }: ImageReference) =>
    join(folders.counts, `${sha256(`${imageName}@${version}/${arch}`)}.json`);

  const of = async (image: ImageReference): Promise<ImageCounts> => {
    const found = await readJson(pathOf(image), CountedImage);
    return found === undefined || found === 'damaged' ? NONE : found.counts;
  };

  const change: CopyCounts['change'] = async ({ imageName, version, arch }, how) => {
    const image = { imageName, version, arch };
    const temporary = await temporaryPath(folders);
    try {
      await writeFile(temporary, JSON.stringify({ image, counts: how(await of(image)) }), { mode: 0o600 });
      await rename(temporary, pathOf(image));
    } catch (error) {
      await rm(temporary, { force: true });
      // A full disk costs a count, not the image that was asked for.
      if (!isNoSpace(error)) throw error;
    }
  };

  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };

  return {
    of: (image) => guarded(`reading ${folders.counts}`, () => of(image)),
    change: (image, how) => inTurn(() => guarded(`counting in ${folders.counts}`, () => change(image, how))),
    forget: (image) => inTurn(() => rm(pathOf(image), { force: true })),
    all: () =>
      guarded(`reading ${folders.counts}`, async () => {
        const names = await readdir(folders.counts);
        const found = await Promise.all(
          names.map((name) => readJson(join(folders.counts, name), CountedImage)),
        );
        return found.filter((one) => one !== undefined && one !== 'damaged');
      }),
  };
};
