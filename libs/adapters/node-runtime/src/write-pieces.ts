import { pipeline } from 'node:stream/promises';
import { Fault } from '@gild/ports';
import { isNoSpace } from './system-error.js';
import { withFileWriter } from './with-file-writer.js';

/** Writes a new file from pieces as they come. Fault: NO_SPACE (retryable); what the pieces throw passes through. */
export const writePieces = async (
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> => {
  try {
    await withFileWriter(path, { flags: 'wx', mode: 0o600 }, (file) => pipeline(pieces, file, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    if (!isNoSpace(error)) throw error;
    throw new Fault('NO_SPACE', `${path}: no space left on the device. Free some and try again.`, {
      cause: error,
      retryable: true,
    });
  }
};
