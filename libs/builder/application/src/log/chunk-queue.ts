/** Bytes in order of arrival, taken out in pieces of at most `most`. */
export type ChunkQueue = {
  add: (bytes: Uint8Array) => void;
  size: () => number;
  /** The next piece, undefined when there is nothing. */
  take: (most: number) => Uint8Array | undefined;
};

export const chunkQueue = (): ChunkQueue => {
  let waiting: Uint8Array[] = [];
  let size = 0;
  return {
    add: (bytes) => {
      if (bytes.length === 0) return;
      waiting.push(bytes);
      size += bytes.length;
    },
    size: () => size,
    take: (most) => {
      if (size === 0) return undefined;
      const piece = new Uint8Array(Math.min(most, size));
      let filled = 0;
      let used = 0;
      for (; filled < piece.length; used += 1) {
        const bytes = waiting[used] ?? new Uint8Array();
        const part = bytes.subarray(0, piece.length - filled);
        piece.set(part, filled);
        filled += part.length;
        if (part.length < bytes.length) {
          waiting[used] = bytes.subarray(part.length);
          break;
        }
      }
      waiting = waiting.slice(used);
      size -= piece.length;
      return piece;
    },
  };
};
