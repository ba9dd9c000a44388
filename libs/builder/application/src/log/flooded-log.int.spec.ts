import type { ObjectStore } from '@gild/ports';
import { fakeBuilder, fakeClock, memoryObjectStore } from '@gild/testing';
import { logWriter } from './log-writer.js';

it('makes a program that floods it wait for the store, and holds a gigabyte in a few megabytes', async () => {
  let stored = 0;
  let largest = 0;
  const counting: ObjectStore = {
    ...memoryObjectStore(),
    put: async (key, source) => {
      const { length } = source as Uint8Array;
      largest = Math.max(largest, length);
      stored += length;
      return Promise.resolve({ key, sha256: '0'.repeat(64), sizeBytes: length, created: true });
    },
  };
  const { messenger } = fakeBuilder('', '');
  const deps = { objects: counting, messenger, clock: fakeClock(), sha256: () => '', limitBytes: 2 ** 30 };
  const log = logWriter('job', 1, deps);
  const before = process.memoryUsage();
  let peak = 0;
  for (let written = 0; written < 2 ** 30; written += 65_536) {
    await log.write(new Uint8Array(65_536));
    if (written % 2 ** 26 === 0) peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }
  expect(await log.close()).toMatchObject({ sizeBytes: 2 ** 30, truncated: false });
  expect(stored).toBe(2 ** 30);
  expect(largest).toBeLessThanOrEqual(1_048_576);
  expect(peak - before.arrayBuffers).toBeLessThan(200 * 2 ** 20);
}, 60_000);
