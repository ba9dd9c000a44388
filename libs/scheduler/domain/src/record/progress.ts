/** A step as far as progress depends on it. Its weight is fixed when the plan is known. */
export type WeighedStep = { weightMs: number; status: 'pending' | 'running' | 'done' | 'failed' | 'skipped' };

/** Only a build whose artifact can be downloaded is at 100 %. */
const MOST_WHILE_WORKING = 99;
/** A step of unknown progress is never assumed to be done. */
const MOST_OF_A_STEP = 0.95;

/**
 * How far an attempt is, 0–99: the share of the weights of finished steps, and of the running one as far as it is.
 * Grows with every step that starts or ends, because weights do not change within an attempt.
 */
export const progressPercent = (steps: readonly WeighedStep[], stepPercent: number): number => {
  const total = sumOf(steps);
  if (total === 0) return 0;
  const finished = sumOf(steps.filter(({ status }) => status !== 'pending' && status !== 'running'));
  const running = sumOf(steps.filter(({ status }) => status === 'running'));
  const share = (finished + (running * Math.min(100, Math.max(0, stepPercent))) / 100) / total;
  return Math.min(MOST_WHILE_WORKING, Math.round(share * 1000) / 10);
};

/** How far the running step is, by the time it took before. */
export const stepProgress = ({ weightMs, elapsedMs }: { weightMs: number; elapsedMs: number }): number => {
  if (weightMs <= 0) return 0;
  return Math.round(Math.min(MOST_OF_A_STEP, Math.max(0, elapsedMs) / weightMs) * 1000) / 10;
};

const sumOf = (steps: readonly WeighedStep[]): number =>
  steps.reduce((sum, { weightMs, status }) => (status === 'skipped' ? sum : sum + weightMs), 0);
