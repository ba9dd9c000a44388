import { createWriteStream, type WriteStream } from 'node:fs';

type Creation = { flags?: 'w' | 'wx'; mode?: number };

/**
 * Has something written to a file. However that ends, the file is closed once this settles. A pipeline alone may fail while its
 * file is still being opened, and whoever then removes what came of it has the file appear afterwards.
 */
export const withFileWriter = async (
  path: string,
  creation: Creation,
  write: (file: WriteStream) => Promise<void>,
): Promise<void> => {
  const file = createWriteStream(path, creation);
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  // Whoever writes learns of it; where nobody has begun to, what kept them from it is the error to tell.
  file.on('error', () => undefined);
  try {
    await write(file);
  } finally {
    file.destroy();
    await closed;
  }
};
