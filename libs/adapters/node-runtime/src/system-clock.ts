import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@gild/ports';

/** A timer set for longer rings at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clocks of this computer. */
export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  delay: async (ms, signal) => {
    signal?.throwIfAborted();
    try {
      let left = ms;
      do {
        await delay(Math.min(left, LONGEST_MS), undefined, signal === undefined ? {} : { signal });
        left -= LONGEST_MS;
      } while (left > 0);
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
