import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageArchive } from './archives.js';

const HEADER_BYTES = 8 + 60;

/** A package is an ar archive whose first member carries, as decimal text, when its source was last changed. */
const changedAt = async (path: string): Promise<number> => {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(HEADER_BYTES), position: 0 });
    return Number(buffer.subarray(24, 36).toString('latin1').trim()) || 0;
  } finally {
    await handle.close();
  }
};

/**
 * The time a layer says it was made: the newest change among its packages, so that no file of a package has to be
 * made older (compiled Python remembers the time of its source), and never before the release itself.
 */
export const layerEpoch = async (
  releaseEpoch: number,
  from: { folder: string; archives: readonly PackageArchive[] },
): Promise<number> => {
  const times = await Promise.all(from.archives.map(({ file }) => changedAt(join(from.folder, file))));
  return Math.max(releaseEpoch, ...times);
};
