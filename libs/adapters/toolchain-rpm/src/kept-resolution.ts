import type { ResolvedPackage } from '@gild/contracts';

/** A layer's packages, and all there are once it is made: what later layers are resolved on. */
export type Resolution = {
  packages: readonly ResolvedPackage[];
  removed: readonly string[];
  installed: readonly Omit<ResolvedPackage, 'sha256'>[];
};

/** A resolution that was kept whole. */
export const wholeResolution = ({ packages, removed, installed }: Partial<Resolution>) =>
  Array.isArray(packages) && Array.isArray(removed) && Array.isArray(installed)
    ? { packages, removed, installed }
    : undefined;
