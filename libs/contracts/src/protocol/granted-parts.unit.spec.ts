import { grantedParts } from './granted-parts.js';

const MIB = 1024 * 1024;

it.each([
  [1, 1],
  [16 * MIB, 1],
  [16 * MIB + 1, 2],
  [100 * MIB, 7],
  [500 * 1024 * MIB, 4_000],
])('the parts of %d bytes are %d, and no more than all of them', (sizeBytes, count) => {
  const parts = grantedParts(sizeBytes);
  expect(parts.count).toBe(count);
  const sizes = Array.from({ length: count }, (_, index) => parts.sizeOf(index + 1));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(sizeBytes);
  expect(new Set(sizes.slice(0, -1)).size).toBeLessThan(2);
});
