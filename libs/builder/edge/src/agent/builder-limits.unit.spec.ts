import { bootsAtOnce } from './builder-limits.js';

const GIB = 1024 ** 3;

it('boots as many machines at once as there are processors', () =>
  expect(bootsAtOnce({ processors: 2, freeBytes: 64 * GIB })).toBe(2));

it('boots fewer where memory is short, and one where it is very short', () => {
  expect(bootsAtOnce({ processors: 8, freeBytes: 4 * GIB })).toBe(3);
  expect(bootsAtOnce({ processors: 8, freeBytes: GIB })).toBe(1);
});
