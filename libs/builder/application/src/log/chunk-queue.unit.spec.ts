import fc from 'fast-check';
import { chunkQueue } from './chunk-queue.js';

it('gives back every byte in order, in pieces as large as allowed', () => {
  const sizes = fc.array(fc.nat({ max: 9 }), { maxLength: 20 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 10 }), (lengths, most) => {
      const queue = chunkQueue();
      let next = 0;
      for (const length of lengths) queue.add(Uint8Array.from({ length }, () => next++));
      const pieces: Uint8Array[] = [];
      for (let piece = queue.take(most); piece; piece = queue.take(most)) pieces.push(piece);
      expect(pieces.flatMap((piece) => [...piece])).toStrictEqual([...Array(next).keys()]);
      expect(pieces.slice(0, -1).every(({ length }) => length === most)).toBe(true);
      expect(queue.size()).toBe(0);
    }),
  );
});
