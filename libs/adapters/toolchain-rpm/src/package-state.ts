import type { InstalledPackage } from '@gild/contracts';

/** A package as later layers are resolved on it. */
export type PresentPackage = Pick<InstalledPackage, 'name' | 'version' | 'arch'>;

const LINE = /^([A-Za-z0-9_][A-Za-z0-9+._-]*) ([A-Za-z0-9][A-Za-z0-9.+:~^_-]*) ([a-z0-9_]+)$/;

/** One line for each package. */
export const renderState = (packages: readonly PresentPackage[]): string =>
  packages.map(({ name, version, arch }) => `${name} ${version} ${arch}\n`).join('');

/** The packages of a state; a line that can be none's is passed over. */
export const parseState = (text: string): PresentPackage[] =>
  text.split('\n').flatMap((line) => {
    const [, name, version, arch] = LINE.exec(line) ?? [];
    return name === undefined || version === undefined || arch === undefined ? [] : [{ name, version, arch }];
  });
