import type { Clock } from '@gild/ports';
import type { CacheFarm } from './cache-farm.js';

/** Rejects as soon as the signal is aborted; what was asked goes on unheard. */
const untilAborted = async <T>(signal: AbortSignal, asked: Promise<T>): Promise<T> => {
  const heard = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { signal: heard.signal });
  });
  return Promise.race([asked, aborted]).finally(() => heard.abort());
};

/** The farm for one that may have to end while it is asked, and then waits for no answer. */
export const farmUntil = (signal: AbortSignal, farm: CacheFarm): CacheFarm => {
  const until = <T>(asked: Promise<T>) => untilAborted(signal, asked);
  return {
    version: (image, version) => until(farm.version(image, version)),
    wishes: (jobId) => until(farm.wishes(jobId)),
    policy: () => until(farm.policy()),
    recorded: (host) => until(farm.recorded(host)),
    running: (host) => until(farm.running(host)),
    announce: (host, events, by) => until(farm.announce(host, events, by)),
  };
};

/** Waits for the end of something, but no longer than that. */
export const within = async (
  ms: number,
  clock: Pick<Clock, 'delay'>,
  ending: Promise<unknown>,
): Promise<void> => {
  const enough = new AbortController();
  const limit = clock.delay(ms, enough.signal).catch(() => undefined);
  await Promise.race([ending, limit]);
  enough.abort();
};
