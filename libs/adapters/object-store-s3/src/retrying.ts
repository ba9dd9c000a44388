import type { Clock, Fault } from '@gild/ports';
import type { Pace } from './s3-server.js';

type Retrying = { clock: Clock; random: () => number; pace: Pace; signal?: AbortSignal | undefined };

/**
 * Tries again what may pass, a bounded number of times: after a random share of a delay that doubles, so that many agents do
 * not come back at once. A full store is told at once: waiting for space is for whoever can say so.
 */
export const retrying = async <T>(call: () => Promise<T>, how: Retrying): Promise<T> => {
  const { pace } = how;
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || tries >= pace.tries) throw error;
      const longest = Math.min(pace.longestDelayMs, pace.firstDelayMs * 2 ** (tries - 1));
      await how.clock.delay(how.random() * longest, how.signal);
    }
  }
};

const isPassing = (error: unknown): boolean => {
  const { code, retryable } = error as Partial<Fault>;
  return code === 'STORE_IO' && retryable === true;
};
