import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock, HostCacheFolder } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { cacheFolders, prepareFolders } from './cache-folders.js';
import { cacheRests } from './cache-rests.js';
import { cachedCopies } from './cached-copies.js';
import { copyCounts } from './copy-counts.js';
import { copyHolds } from './copy-holds.js';
import { copyLocks } from './copy-locks.js';
import { partialCopy } from './partial-copy.js';
import { recoverFolder } from './recover-folder.js';

/**
 * A host's cache as files of one folder, for the owner only. `recover` comes first: it also makes the folder. Several
 * processes of the host may share it.
 */
export const directoryHostCache = ({
  root,
  clock,
}: {
  root: string;
  /** Waits for the turn of another process. */
  clock: Pick<Clock, 'delay'>;
}): HostCacheFolder => {
  const folders = cacheFolders(resolve(root));
  const locks = copyLocks(folders, clock);
  const holds = copyHolds(folders);
  return {
    ...locks,
    ...cacheRests(folders),
    copies: cachedCopies(folders),
    holds,
    counts: copyCounts(folders),
    recover: () =>
      guarded(`preparing ${root}`, async () => {
        await prepareFolders(resolve(root), folders);
        await recoverFolder(folders, locks.aloneIfFree);
        await holds.held(); // forgets those of dead processes
      }),
    fill: (object, pieceBytes) =>
      guarded(`filling ${object.sha256}`, () => partialCopy(folders, object, pieceBytes)),
    disk: () =>
      guarded(`measuring the disk of ${root}`, async () => {
        const { bavail, blocks, bsize } = await statfs(folders.images);
        return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
      }),
  };
};
