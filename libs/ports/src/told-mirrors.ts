/** A mirror an agent is told to use instead of the distribution's: where its archives are, and what signs its indexes. */
export type ToldMirror = {
  main?: string;
  /** Security updates; only the Debian family keeps them apart. */
  security?: string;
  /** Armoured OpenPGP key, when the mirror signs with one of its own. */
  key?: string;
};

/** By `DISTRIBUTION RELEASE`, or by `DISTRIBUTION` for all its releases that are not named themselves. */
export type ToldMirrors = Readonly<Record<string, ToldMirror>>;

/** What is told of a release: each part by its own row, else by that of its distribution. */
export const toldMirror = (
  { distribution, release }: { distribution: string; release: string },
  told: ToldMirrors = {},
): ToldMirror => ({ ...told[distribution], ...told[`${distribution} ${release}`] });
