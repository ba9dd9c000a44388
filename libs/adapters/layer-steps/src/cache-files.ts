import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownerName } from '@gild/leftovers';
import { isNoSpace, syncPath } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

/** A folder that every id of a sandbox may read, whatever umask this process has. */
export const readableFolder = async (path: string): Promise<string> => {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return path;
};

/** A file that every id of a sandbox may read. */
export const readableFile = async (path: string, content: string, mode = 0o644): Promise<void> => {
  await writeFile(path, content);
  await chmod(path, mode);
};

/** Fills a file beside its place and gives it the place; no two writers share one, and a dead one's can be told. */
export const placeWhole = async (path: string, fill: (temporary: string) => Promise<void>): Promise<void> => {
  const temporary = join(dirname(path), await ownerName(randomUUID()));
  try {
    await fill(temporary);
    await chmod(temporary, 0o644);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
};

/** What a file says is believed later without a digest, so it is on the disk before its name is. */
export const placeDurably = async (path: string, content: string): Promise<void> => {
  await placeWhole(path, async (temporary) => {
    await writeFile(temporary, content);
    await syncPath(temporary);
  });
  await syncPath(dirname(path));
};

/** Moves a file, also to another file system. */
export const move = async (from: string, to: string): Promise<void> => {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await placeWhole(to, (temporary) => copyFile(from, temporary));
  });
};

/** Notes that a file of the cache was of use; what was of none for longest goes first. */
export const markUsed = async (path: string, nowMs: number): Promise<void> => {
  const at = new Date(nowMs);
  await utimes(path, at, at).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
};

/** A disk that is full is nobody's fault but the disk's, whichever write finds out. */
export const sayingWhenFull = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    throw new Fault('NO_SPACE', `${what}: no space left on the device. Free some and try again.`, {
      cause: error,
      retryable: true,
    });
  }
};
