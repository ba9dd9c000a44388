import { duration, printable } from './format.js';

/** What the bar shows. `percent` 0–100; `etaMs` undefined while it cannot be told. */
export type ProgressState = {
  label: string;
  percent: number;
  step: string;
  elapsedMs: number;
  etaMs: number | undefined;
};

/** How far the build for one of several architectures is. */
export type PartProgress = { arch: string; percent: number; step: string };

/** One line, at most `columns` wide, for builds side by side: label, elapsed, and of each architecture bar, percent and step. */
export const progressLineOfSeveral = (
  { label, elapsedMs, parts }: { label: string; elapsedMs: number; parts: readonly PartProgress[] },
  columns: number,
): string => {
  const each = parts.map(
    ({ arch, percent, step }) => `${arch} ${bar(percent, 10)} ${percentText(percent)} ${printable(step)}`,
  );
  return fitted(`${label} ${duration(elapsedMs)}  ${each.join(' · ')}`, columns);
};

/** One line, at most `columns` wide: label, bar, percent, elapsed, remaining, step. */
export const progressLine = (state: ProgressState, columns: number): string => {
  const width = Math.max(10, Math.min(30, columns - 60));
  const eta = state.etaMs === undefined ? '' : `, about ${duration(state.etaMs)} left`;
  const line = `${state.label} ${bar(state.percent, width)} ${percentText(state.percent)}  ${duration(state.elapsedMs)}${eta}  ${printable(state.step)}`;
  return fitted(line, columns);
};

const bar = (percent: number, width: number): string => {
  const filled = Math.round((Math.min(100, percent) / 100) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
};

const percentText = (percent: number): string => `${Math.floor(percent)} %`.padStart(5);

const fitted = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;

/** Remaining time when the rest goes as the part so far; nothing before 3 %. */
export const remainingMs = (percent: number, elapsedMs: number): number | undefined =>
  percent < 3 || percent >= 100 ? undefined : (elapsedMs * (100 - percent)) / percent;
