import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { openPlainFile } from './plain-file.js';

const PIECE_BYTES = 1 << 20;

type Digest = { sha256: string; sizeBytes: number };

/** One piece in memory, whatever the size of the file; closes it. */
const digestOf = async (file: FileHandle, signal: AbortSignal | undefined): Promise<Digest> => {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let sizeBytes = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, sizeBytes);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), sizeBytes };
      hash.update(piece.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await file.close();
  }
};

/** sha256 and size of a file, read in pieces of 1 MiB. */
export const digestFile = async (path: string, signal?: AbortSignal): Promise<Digest> =>
  digestOf(await open(path, 'r'), signal);

/**
 * The same of a file in a folder whose content others decide: no link is followed, and nothing but a file is read. Undefined
 * where there is none.
 */
export const digestPlainFile = async (
  folder: string,
  name: string,
  signal?: AbortSignal,
): Promise<Digest | undefined> => {
  const file = await openPlainFile(folder, name);
  return typeof file === 'string' ? undefined : digestOf(file, signal);
};
