import type { BootCheck } from '@gild/contracts';
import type { BootTimeline } from './boot-timeline.js';

/** How far a machine came that has no time left: what it did not reach, or which checks were open. */
export const bootStage = (
  { times, checks }: Pick<BootTimeline, 'times' | 'checks'>,
  wanted: readonly BootCheck[],
): string => {
  if (times.msToUserspace === undefined)
    return times.msToKernel === undefined ? 'its kernel did not start' : 'its test agent did not speak';
  const decided = new Set(checks.map(({ name }) => name));
  const [first, ...others] = wanted.map(({ name }) => name).filter((name) => !decided.has(name));
  if (first === undefined) return 'it had not said which units failed';
  return others.length === 0
    ? `the check ${first} was not done`
    : `${others.length + 1} of its ${wanted.length} checks were not done, ${first} first`;
};
