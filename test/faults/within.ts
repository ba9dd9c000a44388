import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;

/** Looks again and again until something holds that nobody announces; resolves with how many milliseconds that took. */
export const within = async (
  patienceMs: number,
  what: string | (() => string),
  holds: () => Promise<boolean> | boolean,
): Promise<number> => {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > patienceMs)
      throw new Error(`not within ${patienceMs} ms: ${typeof what === 'string' ? what : what()}`);
    await pause(POLL_MS);
  }
  return performance.now() - begun;
};
