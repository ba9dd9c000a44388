import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** sha256 of a file, read in pieces. */
export const digestFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1 << 20 });
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
};
