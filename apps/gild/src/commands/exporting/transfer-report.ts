import { progressLine, remainingMs } from '../../output/progress-bar.js';
import type { Terminal } from '../../output/terminal.js';

const REDRAW_MS = 200;

/** How far a disk has come, on one line of a terminal that is redrawn now and then. */
export const transferReport = (terminal: Terminal, label: string, now: () => number) => {
  const started = now();
  let drawn = -REDRAW_MS;
  return {
    /** `total` 0: how much there is to come is not known. */
    at: (sum: number, total: number): void => {
      const elapsedMs = now() - started;
      if (elapsedMs - drawn < REDRAW_MS) return;
      drawn = elapsedMs;
      const percent = total === 0 ? 0 : (sum / total) * 100;
      const etaMs = remainingMs(percent, elapsedMs);
      terminal.status((columns) =>
        progressLine({ label, percent, step: 'receiving', elapsedMs, etaMs }, columns),
      );
    },
    step: (step: string): void => {
      const elapsedMs = now() - started;
      terminal.status((columns) =>
        progressLine({ label, percent: 100, step, elapsedMs, etaMs: undefined }, columns),
      );
    },
    end: (): void => terminal.clearStatus(),
  };
};
