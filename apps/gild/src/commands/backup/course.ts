import { systemClock } from '@gild/node-runtime';
import type { Course } from '@gild/proof-application';
import { progressLine, remainingMs } from '../../output/progress-bar.js';
import type { Context } from '../context.js';

const REDRAW_MS = 200;

/** Shows on one line how far a run is, and ends it at the first Ctrl-C. */
export const course = (
  label: string,
  { terminal, interrupted }: Pick<Context, 'terminal' | 'interrupted'>,
): Course & { end: () => void } => {
  const started = systemClock.monotonicMs();
  let drawn = -REDRAW_MS;
  return {
    signal: interrupted,
    progress: ({ doing, done, total }) => {
      const elapsedMs = systemClock.monotonicMs() - started;
      if (elapsedMs - drawn < REDRAW_MS) return;
      drawn = elapsedMs;
      const percent = total === undefined ? 0 : (done / Math.max(total, 1)) * 100;
      const step = `${String(done)}${total === undefined ? '' : ` of ${String(total)}`} ${doing}`;
      const etaMs = doing === 'events' ? undefined : remainingMs(percent, elapsedMs);
      terminal.status((columns) => progressLine({ label, percent, step, elapsedMs, etaMs }, columns));
    },
    end: () => terminal.clearStatus(),
  };
};
