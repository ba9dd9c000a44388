import { open } from 'node:fs/promises';
import { type Measure, measuring, until } from '@gild/node-runtime';
import { guarded } from './store-faults.js';

const PIECE = 1_048_576;

/** What a file holds, from `start` to `end` or its own end, in pieces of at most 1 MiB; one piece in memory at a time. */
export async function* filePieces(path: string, start = 0, end = Infinity): AsyncGenerator<Uint8Array> {
  const file = await guarded(`reading ${path}`, () => open(path, 'r'));
  try {
    let position = start;
    while (position < end) {
      const room = Buffer.allocUnsafe(Math.min(PIECE, end - position));
      const { bytesRead } = await guarded(`reading ${path}`, () => file.read(room, 0, room.length, position));
      if (bytesRead === 0) return;
      position += bytesRead;
      yield room.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

export const measureFile = async (path: string, signal?: AbortSignal): Promise<Measure> => {
  const measure = measuring();
  for await (const piece of until(signal, filePieces(path))) measure.add(piece);
  return measure.total();
};
