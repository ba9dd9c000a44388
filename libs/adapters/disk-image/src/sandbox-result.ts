import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { openPlainFile } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

/**
 * Opens what a run in the sandbox left in a folder it could write to. Only a file is taken: the host is root where the sandbox is
 * not, so a link is never followed.
 */
export const withResult = async <T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> => {
  const file = await openPlainFile(dirname(path), basename(path));
  if (typeof file === 'string')
    throw new Fault('TOOL_FAILED', `${path} should be a file that the sandbox made, and is none.`);
  return use(file).finally(() => file.close());
};

/** All of what a run left, which is small when it is what it should be: programs and files of the image decide. */
export const readResult = (path: string, mostBytes: number): Promise<Buffer> =>
  withResult(path, async (file) => {
    const { size } = await file.stat();
    if (size <= mostBytes) return file.readFile();
    throw new Fault('TOOL_FAILED', `${path} has ${size} bytes; at most ${mostBytes} are expected.`);
  });
