import { duration, printable } from './format.js';

/** What the bar shows. `percent` 0–100; `etaMs` undefined while it cannot be told. */
export type ProgressState = {
  label: string;
  percent: number;
  step: string;
  elapsedMs: number;
  etaMs: number | undefined;
};

/** One line, at most `columns` wide: label, bar, percent, elapsed, remaining, step. */
export const progressLine = (state: ProgressState, columns: number): string => {
  const width = Math.max(10, Math.min(30, columns - 60));
  const filled = Math.round((Math.min(100, state.percent) / 100) * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  const percent = `${Math.floor(state.percent)} %`.padStart(5);
  const eta = state.etaMs === undefined ? '' : `, about ${duration(state.etaMs)} left`;
  const line = `${state.label} ${bar} ${percent}  ${duration(state.elapsedMs)}${eta}  ${printable(state.step)}`;
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
};

/** Remaining time when the rest goes as the part so far; nothing before 3 %. */
export const remainingMs = (percent: number, elapsedMs: number): number | undefined =>
  percent < 3 || percent >= 100 ? undefined : (elapsedMs * (100 - percent)) / percent;
