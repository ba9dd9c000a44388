import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { openPlainFile } from './plain-file.js';

const PIECE_BYTES = 1 << 20;

type Digest = { sha256: string; sizeBytes: number };

const digestOf = async (pieces: AsyncIterable<Buffer>): Promise<Digest> => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
};

const reading = (signal: AbortSignal | undefined) => ({
  highWaterMark: PIECE_BYTES,
  ...(signal === undefined ? {} : { signal }),
});

/** sha256 and size of a file, read in pieces of 1 MiB. */
export const digestFile = (path: string, signal?: AbortSignal): Promise<Digest> =>
  digestOf(createReadStream(path, reading(signal)));

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
  // The stream closes the file at its end, also at a bad one.
  return typeof file === 'string' ? undefined : digestOf(file.createReadStream(reading(signal)));
};
