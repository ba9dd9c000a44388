import type { ObjectSource } from '@gild/ports';

/** Buffers of one size that are used again, so that memory stays flat whatever passes through them. */
export type PartBuffers = { take: () => Buffer; giveBack: (part: Buffer) => void };

export const partBuffers = (partBytes: number): PartBuffers => {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(partBytes),
    giveBack: (part) => free.push(Buffer.from(part.buffer)),
  };
};

async function* piecesOf(source: ObjectSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}

/** A source in parts of one size, the last one shorter, and empty when nothing is left for it. */
export async function* inParts(source: ObjectSource, buffers: PartBuffers): AsyncGenerator<Buffer> {
  let part = buffers.take();
  let filled = 0;
  for await (const piece of piecesOf(source)) {
    for (let used = 0; used < piece.length;) {
      const taken = piece.subarray(used, used + part.length - filled);
      part.set(taken, filled);
      filled += taken.length;
      used += taken.length;
      if (filled < part.length) break;
      yield part;
      part = buffers.take();
      filled = 0;
    }
  }
  yield part.subarray(0, filled);
}
