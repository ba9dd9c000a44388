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

/** What is told of a release: its own row, else that of its distribution; nothing without either. */
export const toldMirror = (
  { distribution, release }: { distribution: string; release: string },
  told: ToldMirrors = {},
): ToldMirror => told[`${distribution} ${release}`] ?? told[distribution] ?? {};
