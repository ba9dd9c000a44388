import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const PIECE_BYTES = 1 << 20;

/** sha256 and size of a file, read in pieces of 1 MiB. */
export const digestFile = async (
  path: string,
  signal?: AbortSignal,
): Promise<{ sha256: string; sizeBytes: number }> => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of createReadStream(path, {
    highWaterMark: PIECE_BYTES,
    ...(signal === undefined ? {} : { signal }),
  }) as AsyncIterable<Buffer>) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
};
