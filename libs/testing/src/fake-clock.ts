import { epochMs, isoTime } from '@gild/kernel';
import type { Clock } from '@gild/ports';

type Sleeper = { due: number; wake: () => void };

/** A clock that stands still until told otherwise. */
export type FakeClock = Clock & {
  /**
   * Lets that much time pass. Delays end in the order they are due, each at its own moment, and whatever runs because
   * of one has run until it waits again before the next ends. Covers everything that waits for promises only.
   */
  advance(ms: number): Promise<void>;
  /** Lets everything run that waits for no time to pass. */
  settle(): Promise<void>;
  /** Moves the wall clock alone, as an administrator would. */
  setWallClock(now: string): void;
};

/** Starts at `start`; the monotonic clock starts at 0. */
export const fakeClock = (start = '2026-11-23T09:00:00.000Z'): FakeClock => {
  let elapsed = 0;
  let wallStart = epochMs(start);
  const sleepers = new Set<Sleeper>();

  const delay = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { due: elapsed + Math.max(0, ms), wake: () => end(resolve) };
      const abort = () => end(() => reject(signal?.reason as Error));
      const end = (how: () => void) => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        how();
      };
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      sleepers.add(sleeper);
    });

  // A turn of the event loop begins only when no promise is left to continue.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const nextDue = (until: number): Sleeper | undefined =>
    [...sleepers]
      .filter(({ due }) => due <= until)
      .reduce<Sleeper | undefined>(
        (first, next) => (first === undefined || next.due < first.due ? next : first),
        undefined,
      );

  const advance = async (ms: number): Promise<void> => {
    const until = elapsed + ms;
    await settle();
    for (let next = nextDue(until); next !== undefined; next = nextDue(until)) {
      elapsed = Math.max(elapsed, next.due);
      next.wake();
      await settle();
    }
    elapsed = until;
  };

  return {
    now: () => isoTime(wallStart + Math.floor(elapsed)),
    monotonicMs: () => elapsed,
    delay,
    advance,
    settle,
    setWallClock: (now) => {
      wallStart = epochMs(now) - Math.floor(elapsed);
    },
  };
};
