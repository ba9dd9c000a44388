import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Fault } from '@gild/ports';

// A pipe would keep a blocking open waiting for its writer.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const tampered = (path: string): Fault =>
  new Fault('TOOL_FAILED', `${path} should be a file that the sandbox made, and is something else.`);

/**
 * Opens what a run in the sandbox left in a folder it could write to. Only a file is taken: the host is root where the sandbox is
 * not, so a link is never followed.
 */
export const withResult = async <T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> => {
  const file = await open(path, FLAGS).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' || error.code === 'ENXIO' ? tampered(path) : error;
  });
  try {
    if (!(await file.stat()).isFile()) throw tampered(path);
    return await use(file);
  } finally {
    await file.close();
  }
};
