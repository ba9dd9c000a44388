import type { StepOptions, StepWork } from '@gild/layer-steps';

/** A mirror an agent is told to use: where it is, and the armoured key of its packages if it is not the release's own. */
export type ToldMirror = { main?: string; key?: string };

/** Mirrors an agent is told to use, by `DISTRIBUTION RELEASE` or by `DISTRIBUTION` for all its releases. */
export type ToldMirrors = Readonly<Record<string, ToldMirror>>;

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
