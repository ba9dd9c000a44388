import { createHash } from 'node:crypto';

/** Digest and size of bytes. */
export type Measure = { sha256: string; sizeBytes: number };

/** Takes pieces in order and tells their digest and size after the last. */
export const measuring = (): { add: (piece: Uint8Array) => void; total: () => Measure } => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    add: (piece) => {
      hash.update(piece);
      sizeBytes += piece.length;
    },
    total: () => ({ sha256: hash.digest('hex'), sizeBytes }),
  };
};

/** The pieces as long as they are wanted; throws the reason when they are not. */
export async function* until(
  signal: AbortSignal | undefined,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    yield piece;
  }
}
