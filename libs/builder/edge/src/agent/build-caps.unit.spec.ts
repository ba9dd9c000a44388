import { buildCaps } from './build-caps.js';
import { hostMemoryBytes } from './host-memory.js';
import { slotsOf } from './slots.js';

const GIB = 1024 ** 3;

it('builds side by side share three quarters of the memory, and each has a GiB', () => {
  const of = (gib: number, slots: number) =>
    buildCaps(undefined, { memoryBytes: gib * GIB, slots }).memoryBytes;
  expect([of(16, 1), of(16, 3), of(2, 4)]).toStrictEqual([12 * GIB, 4 * GIB, GIB]);
});

it('what is told comes before what is guessed', () => {
  const told = { processes: 64, memory_mib: 256, disk_mib: 512, files: 10_000 };
  expect(buildCaps(told, { memoryBytes: 16 * GIB, slots: 1 })).toStrictEqual({
    ...{ processes: 64, memoryBytes: GIB / 4, diskBytes: GIB / 2, files: 10_000 },
  });
});

it('a container has no more memory than it is given', () => {
  expect([
    hostMemoryBytes(GIB, 4 * GIB),
    hostMemoryBytes(0, 4 * GIB),
    hostMemoryBytes(2 ** 60, 4 * GIB),
  ]).toStrictEqual([GIB, 4 * GIB, 4 * GIB]);
});

it.each([
  ['1', 1],
  ['64', 64],
  ['', undefined],
  [undefined, undefined],
])('%j slots are %j', (text, slots) => expect(slotsOf.parse(text)).toBe(slots));

it.each(['0', '65', 'two', '-1', '1.5'])('%j slots are refused', (text) =>
  expect(slotsOf.safeParse(text).error?.issues[0]?.message).toBe('expected a whole number from 1 to 64'),
);
