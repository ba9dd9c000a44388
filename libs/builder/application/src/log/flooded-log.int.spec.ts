import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ObjectStore } from '@gild/ports';
import { fakeBuilder, fakeClock, memoryObjectStore } from '@gild/testing';
import { logWriter } from './log-writer.js';

const MEGABYTE = 2 ** 20;
/** Many times what may be held. */
const FLOOD = 128 * MEGABYTE;
const WRITE_BYTES = 65_536;

/** Bytes of buffers that something still refers to: garbage not yet collected says nothing about a program. */
const heldBytes = (): number => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
};

it('makes a program that floods it wait for the store, and holds in a few megabytes what is many times as much', async () => {
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
  const deps = {
    ...{ agentId: 'oak', objects: counting, messenger, clock: fakeClock() },
    ...{ sha256: () => '', limitBytes: FLOOD },
  };
  const log = logWriter('job', 1, deps);
  const heldBefore = heldBytes();
  let mostWaiting = 0;
  for (let written = WRITE_BYTES; written <= FLOOD; written += WRITE_BYTES) {
    await log.write(new Uint8Array(WRITE_BYTES));
    mostWaiting = Math.max(mostWaiting, written - stored);
  }
  expect(heldBytes() - heldBefore).toBeLessThan(4 * MEGABYTE);
  expect(await log.close()).toMatchObject({ sizeBytes: FLOOD, truncated: false });
  expect(stored).toBe(FLOOD);
  expect(largest).toBeLessThanOrEqual(MEGABYTE);
  expect(mostWaiting).toBeLessThan(MEGABYTE);
}, 60_000);
