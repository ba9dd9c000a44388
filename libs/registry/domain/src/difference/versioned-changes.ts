import type { Versioned, VersionedChanges } from '@gild/contracts';

/**
 * What became different from one list to another. A name of which each side has one version the other has not was changed; where a side
 * has more, as with kernels that are installed beside one another, versions came and went.
 */
export const versionedChanges = (from: readonly Versioned[], to: readonly Versioned[]): VersionedChanges => {
  const [before, after] = [byName(from), byName(to)];
  const changes: VersionedChanges = { added: [], removed: [], changed: [] };
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const gone = without(before.get(key), after.get(key));
    const come = without(after.get(key), before.get(key));
    const [old, fresh] = [gone[0], come[0]];
    if (old !== undefined && fresh !== undefined && gone.length === 1 && come.length === 1) {
      const { version, ...named } = fresh;
      changes.changed.push({ ...named, from: old.version, to: version });
    } else {
      changes.removed.push(...gone);
      changes.added.push(...come);
    }
  }
  return changes;
};

/** Name and architecture hold no white space; a space sorts before whatever they hold. */
const byName = (list: readonly Versioned[]): Map<string, Versioned[]> =>
  Map.groupBy(list, ({ name, arch = '' }) => `${name} ${arch}`);

const without = (list: readonly Versioned[] = [], others: readonly Versioned[] = []): Versioned[] => {
  const known = new Set(others.map(({ version }) => version));
  return list.filter(({ version }) => !known.has(version)).sort((a, b) => (a.version < b.version ? -1 : 1));
};
