import { randomInt } from 'node:crypto';
import { type Clock, Fault, faultCode } from '@gild/ports';

const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 1_000;

/** From half of the pause to one and a half of it, so that those who were refused together do not return together. */
const jittered = (ms: number): number => Math.round((ms * randomInt(500, 1_500)) / 1_000);

type Trying = {
  clock: Pick<Clock, 'delay'>;
  signal: AbortSignal;
  /** Told why there is another try, and after how long. */
  again: (fault: Fault, pauseMs: number) => Promise<void>;
};

/** Tries what a mirror did not give now, up to three times, with growing pauses; whatever else happens happens once. */
export const persistently = async <T>(
  work: () => Promise<T>,
  { clock, signal, again }: Trying,
): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || faultCode(error) !== 'MIRROR_UNREACHABLE' || !(error as Fault).retryable)
        throw error;
      const pauseMs = jittered(FIRST_PAUSE_MS * 2 ** (tries - 1));
      await again(error as Fault, pauseMs);
      await clock.delay(pauseMs, signal);
    }
  }
};
