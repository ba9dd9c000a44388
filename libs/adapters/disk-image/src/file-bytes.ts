import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from '@gild/node-runtime';

const CHUNK = 4 * 1024 * 1024;

/** Writes all of it; a single write may stop early, on a full disk for one. */
export const writeAt = async (file: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

/** Reads exactly that much; a file that ends before is an error. */
export const readAt = async (file: FileHandle, size: number, position: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(size);
  for (let done = 0; done < size;) {
    const { bytesRead } = await file.read(bytes, done, size - done, position + done);
    if (bytesRead === 0)
      throw new RangeError(`the file ends ${size - done} bytes before the end of a structure`);
    done += bytesRead;
  }
  return bytes;
};

/** sha256 of a stretch of an open file, in hex, without holding more of it than a chunk. */
export const digestOf = async (
  file: FileHandle,
  at: { offset: number; size: number },
  signal: AbortSignal,
): Promise<string> => {
  const hash = createHash('sha256');
  for (let done = 0; done < at.size; done += CHUNK) {
    signal.throwIfAborted();
    hash.update(await readAt(file, Math.min(CHUNK, at.size - done), at.offset + done));
  }
  return hash.digest('hex');
};

/** Makes a finished temporary file the real one, durably. */
export const publishFile = async (temporary: string, path: string): Promise<void> => {
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(dirname(path));
};

/** Runs it on an open file and closes that in any case. */
export const withFile = async <T>(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> => {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};

/** Removes a file or folder of this user; absent is fine. */
export const discard = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
