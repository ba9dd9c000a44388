import type { StepOptions, StepWork } from '@gild/layer-steps';
import type { ToldMirrors } from '@gild/ports';

export type DebianToolchainOptions = StepOptions & {
  /** Where packages come from. What is not told: where the host gets its own from, else the distribution's default. */
  mirrors?: ToldMirrors;
  /** How long a repository's indexes count as new. */
  indexAgeMs?: number;
  /** Package archives and downloads not used for longest go when they take more than this; 20 GiB unless told. */
  packageCacheBytes?: number;
};

/** One call of the toolchain: what it may use and where it works. */
export type Work = StepWork<DebianToolchainOptions>;
