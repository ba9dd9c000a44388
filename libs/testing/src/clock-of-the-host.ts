import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@gild/ports';

/** The real clocks, for tests of adapters that meet real tools, servers and files. */
export const clockOfTheHost: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  delay: (ms, signal) => sleep(ms, undefined, signal && { signal }),
};
