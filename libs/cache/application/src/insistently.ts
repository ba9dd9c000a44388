import { type Clock, Fault, faultCode } from '@gild/ports';

const MOST_TRIES = 6;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

type Trying = { clock: Pick<Clock, 'delay'>; random: () => number; signal?: AbortSignal };

/** What a store does may pass; a full disk of our own does not pass by asking the store again. */
const mayPass = (error: unknown): boolean => {
  const code = faultCode(error);
  return code === undefined || (code !== 'NO_SPACE' && (error as Fault).retryable);
};

const givenUp = (error: unknown): unknown =>
  faultCode(error) === undefined
    ? new Fault('STORE_IO', `the store cannot be read: ${String(error)}; what was read of it is kept`, {
        cause: error,
        retryable: true,
      })
    : error;

/** Asks a store a few times, with growing pauses of half to one and a half their length; then the last fault stands. */
export const insistently = async <T>(
  { clock, random, signal }: Trying,
  call: () => Promise<T>,
): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      if (tries === MOST_TRIES) throw givenUp(error);
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    await clock.delay(pauseMs * (0.5 + random()), signal);
  }
};
