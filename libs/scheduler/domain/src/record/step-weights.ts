import { EMULATED_TIMES } from '@gild/contracts';

/** How long steps took in earlier builds: the latest durations by `stepKey`, oldest first. */
export type StepDurations = ReadonlyMap<string, readonly number[]>;

const REMEMBERED = 15;

/** Durations on a two-core machine, for steps that were never measured here. */
const USUAL_MS: Readonly<Record<string, number>> = {
  base_image: 15_000,
  prepare_base: 40_000,
  update_packages: 8000,
  install_dependencies: 20_000,
  apply_config: 2000,
  cleanup: 1500,
  disk: 25_000,
  boot_test: 45_000,
  checksums: 2000,
  verify: 3000,
  upload: 3000,
};
/** Steps without programs of the image, which take what they take wherever they run. */
const UNHURRIED: ReadonlySet<string> = new Set(['disk', 'checksums', 'verify', 'upload']);
const USUAL_TASKSERV_MS = 15_000;
const USUAL_STEP_MS = 5000;
const USUAL_HIT_MS = 300;

type Measured = { name: string; cached: boolean; emulated?: boolean | undefined };

/** A step that finds its layer in the cache is another thing to measure than one that makes it, or emulates it. */
export const stepKey = ({ name, cached, emulated }: Measured): string =>
  `${name}/${cached ? 'hit' : 'miss'}${emulated === true ? '/emulated' : ''}`;

/** The durations with one more, the oldest forgotten. */
export const remember = (durations: readonly number[] | undefined, durationMs: number): number[] => [
  ...(durations ?? []).slice(1 - REMEMBERED),
  durationMs,
];

/** What the step will probably take: the median of what it took, which one slow mirror does not move. */
export const expectedMs = (durations: StepDurations, step: Measured): number => {
  const known = durations.get(stepKey(step)) ?? [];
  return known.length === 0 ? usualMs(step) : Math.max(1, median(known));
};

const usualMs = ({ name, cached, emulated }: Measured): number => {
  if (cached) return USUAL_HIT_MS;
  return (emulated === true && !UNHURRIED.has(name) ? EMULATED_TIMES : 1) * usualNativeMs(name);
};

const usualNativeMs = (name: string): number =>
  USUAL_MS[name] ?? (name.startsWith('taskserv:') ? USUAL_TASKSERV_MS : USUAL_STEP_MS);

const median = (values: readonly number[]): number => {
  const sorted = new Float64Array(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};
