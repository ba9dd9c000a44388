import type { Clock, WorkFolders } from '@gild/ports';

const EVERY_MS = 3_600_000;

/**
 * Sweeps every hour until the signal. What a killed container left has owners nobody can ask for, so it counts as left
 * only after a day, when the sweep of the start is long over. One that fails is tried again with the next.
 */
export const sweepRegularly = async (
  folders: Pick<WorkFolders, 'sweep'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    await clock.delay(EVERY_MS, signal).catch(() => undefined);
    if (!signal.aborted) await folders.sweep().catch(() => undefined);
  }
};
