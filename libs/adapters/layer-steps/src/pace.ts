/** Slower than this nobody sends a file who means to: bytes a second, over a while. */
const LEAST_RATE = 1_000;
const LONGEST_WHILE_MS = 60_000;

/** How long a connection may bring nothing at all. */
export const stallLimit = (idleLimitMs: number): number => Math.min(idleLimitMs, LONGEST_WHILE_MS);

/** Passes bytes on; calls back with what is wrong, and fails with it, when a while brought too few of them. */
export const atPace = (idleLimitMs: number, onSlow: (error: Error) => void) => {
  const whileMs = stallLimit(idleLimitMs);
  return async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sinceMs = performance.now();
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      const tookMs = performance.now() - sinceMs;
      if (tookMs >= whileMs) {
        if (bytes < (LEAST_RATE * tookMs) / 1_000) {
          const slow = new Error(`it sent ${bytes} bytes in ${(tookMs / 1_000).toFixed(1)} s`);
          onSlow(slow);
          throw slow;
        }
        sinceMs = performance.now();
        bytes = 0;
      }
      yield chunk;
    }
  };
};
