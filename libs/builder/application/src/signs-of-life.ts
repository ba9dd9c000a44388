import type { LogWriter } from './log/log-writer.js';
import type { WorkingTime } from './working-time.js';

/** When a build last printed, told or finished something. */
export type SignsOfLife = {
  sign: () => void;
  /** Time spent on this does not count: the build waits for somebody else. */
  waitingFor: <T>(other: Promise<T>) => Promise<T>;
  silentMs: () => number;
};

export const signsOfLife = (clock: Pick<WorkingTime, 'monotonicMs'>): SignsOfLife => {
  let lastMs = clock.monotonicMs();
  let waits = 0;
  const sign = () => void (lastMs = clock.monotonicMs());
  return {
    sign,
    waitingFor: async (other) => {
      waits += 1;
      try {
        return await other;
      } finally {
        waits -= 1;
        sign();
      }
    },
    silentMs: () => (waits > 0 ? 0 : clock.monotonicMs() - lastMs),
  };
};

/**
 * The same log; what is written there is a sign of life, and a store that takes its time is not the build's silence. What waits for the
 * log is `awaited`.
 */
export const lively = (
  log: LogWriter,
  life: SignsOfLife,
  awaited: <T>(work: Promise<T>) => Promise<T>,
): LogWriter => ({
  write: (chunk) => life.waitingFor(awaited(log.write(chunk))),
  line: (text) => life.waitingFor(awaited(log.line(text))),
  close: () => awaited(log.close()),
});
