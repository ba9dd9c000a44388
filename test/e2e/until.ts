import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Looks again and again until something holds that nobody announces; a look that fails counts as "not yet". */
export const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS;
  const look = async () => holds();
  while (!(await look().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${String(holds)}`);
    await pause(POLL_MS);
  }
};
