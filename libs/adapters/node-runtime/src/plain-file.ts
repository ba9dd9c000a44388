import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './system-error.js';

// A pipe would keep a blocking open waiting for its writer.
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const FOLDER = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY;

const ABSENT = ['ENOENT', 'ENOTDIR'];

/** Nothing, or the mark with which an overlay's layer says that there is nothing any more. */
const isAbsent = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isCharacterDevice() && found.rdev === 0,
    (error) => ABSENT.includes(systemCode(error)),
  );

/** Each folder is opened in the one above it, so that nobody can put a link in a path already looked at. */
const openBelow = async (
  folder: string,
  [name = '', ...rest]: readonly string[],
): Promise<FileHandle | 'absent' | 'refused'> => {
  const path = join(folder, name);
  const handle = await open(path, rest.length === 0 ? FILE : FOLDER).catch(() => undefined);
  if (handle === undefined) return (await isAbsent(path)) ? 'absent' : 'refused';
  if (rest.length > 0) return openBelow(`/proc/self/fd/${handle.fd}`, rest).finally(() => handle.close());
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return 'refused';
};

/**
 * Opens a file at a path inside a folder whose content others decide. No link on the way is followed, nothing but a file is
 * opened and nothing is waited for. `refused`: something else is there, or this process may not read it.
 */
export const openPlainFile = (root: string, path: string): Promise<FileHandle | 'absent' | 'refused'> =>
  openBelow(root, path.split('/'));
