import type { ResolvedPackage } from '@gild/contracts';
import type { Stanza } from './stanzas.js';

/** A layer's packages, and their index entries: the package database that later layers are resolved on. */
export type Resolution = {
  packages: readonly ResolvedPackage[];
  removed: readonly string[];
  stanzas: readonly Stanza[];
};

/** A resolution that was kept whole. */
export const wholeResolution = ({ packages, removed, stanzas }: Partial<Resolution>) =>
  Array.isArray(packages) && Array.isArray(stanzas)
    ? { packages, removed: removed ?? [], stanzas }
    : undefined;
