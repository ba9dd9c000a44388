import type { StepOptions, StepWork } from '@gild/layer-steps';
import type { ToldMirrors } from '@gild/ports';

export type RpmToolchainOptions = StepOptions & {
  /** Where packages come from. What is not told: the mirrors the distribution names. */
  mirrors?: ToldMirrors;
  /** How long a repository's indexes count as new. */
  indexAgeMs?: number;
  /** Package archives and downloads not used for longest go when they take more than this; 20 GiB unless told. */
  packageCacheBytes?: number;
};

/** One call of the toolchain: what it may use and where it works. */
export type Work = StepWork<RpmToolchainOptions>;
