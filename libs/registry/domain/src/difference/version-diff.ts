import type { ComparedVersion, InstalledPackage, Versioned, VersionDiff } from '@gild/contracts';
import { definitionChanges } from './definition-changes.js';
import { versionedChanges } from './versioned-changes.js';

/** A version as far as it is compared. */
export type VersionContents = {
  named: ComparedVersion;
  sizeBytes: number;
  packages: readonly InstalledPackage[];
  taskservs: Readonly<Record<string, string>>;
  definition: Readonly<Record<string, unknown>>;
  /** As IMAGE@VERSION. */
  base?: string | undefined;
};

/** What became different from `a` to `b`; of equal contents, nothing. */
export const versionDiff = (a: VersionContents, b: VersionContents): VersionDiff => ({
  a: a.named,
  b: b.named,
  packages: versionedChanges(packagesOf(a), packagesOf(b)),
  taskservs: versionedChanges(taskservsOf(a), taskservsOf(b)),
  definition: definitionChanges(a.definition, b.definition),
  size: { from: a.sizeBytes, to: b.sizeBytes },
  base: { ...(a.base !== undefined && { from: a.base }), ...(b.base !== undefined && { to: b.base }) },
});

const packagesOf = ({ packages }: VersionContents): Versioned[] =>
  packages.map(({ name, arch, version }) => ({ name, arch, version }));

const taskservsOf = ({ taskservs }: VersionContents): Versioned[] =>
  Object.entries(taskservs).map(([name, version]) => ({ name, version }));
