import { LONGEST_PARKED_MS } from '@gild/contracts';
import type { Clock } from '@gild/ports';

/** What a build has worked, by a clock that stands still while the build is parked: for `LONGEST_PARKED_MS` in all at most. */
export type WorkingTime = Pick<Clock, 'monotonicMs' | 'delay'> & {
  /** Stops it until what is returned is called. */
  pause: () => () => void;
  /** For how long it stood still so far. */
  parkedMs: () => number;
};

/** While it stands still it is looked at this often at most. */
const LOOK_EVERY_MS = 1_000;

export const workingTime = (clock: Clock): WorkingTime => {
  let before = 0;
  let sinceMs: number | undefined;
  const parkedMs = () => {
    const now = sinceMs === undefined ? 0 : clock.monotonicMs() - sinceMs;
    return Math.min(before + now, LONGEST_PARKED_MS);
  };
  const monotonicMs = () => clock.monotonicMs() - parkedMs();
  return {
    parkedMs,
    monotonicMs,
    delay: async (ms, signal) => {
      const until = monotonicMs() + ms;
      let leftMs = ms;
      do {
        await clock.delay(sinceMs === undefined ? leftMs : Math.max(leftMs, LOOK_EVERY_MS), signal);
        leftMs = until - monotonicMs();
      } while (leftMs > 0);
    },
    pause: () => {
      sinceMs ??= clock.monotonicMs();
      return () => {
        before = parkedMs();
        sinceMs = undefined;
      };
    },
  };
};
