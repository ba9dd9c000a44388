/** Distributions an image can be made of. */
export const DISTRIBUTIONS = ['ubuntu', 'debian', 'centos', 'fedora', 'rhel'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

/** A release as definitions write it, and the name the distribution's own repositories know it by. */
export type OsRelease = { version: string; codename: string };

const releases = (
  ...pairs: readonly (readonly [version: string, codename: string])[]
): readonly OsRelease[] => pairs.map(([version, codename]) => ({ version, codename }));

/** Every known release per distribution, oldest first. A release absent here cannot be built. */
export const OS_RELEASES: Readonly<Record<Distribution, readonly OsRelease[]>> = {
  ubuntu: releases(['20.04', 'focal'], ['22.04', 'jammy'], ['24.04', 'noble'], ['26.04', 'resolute']),
  debian: releases(['11', 'bullseye'], ['12', 'bookworm'], ['13', 'trixie']),
  centos: releases(['9', '9-stream'], ['10', '10-stream']),
  fedora: releases(['42', '42'], ['43', '43'], ['44', '44']),
  rhel: releases(['9', '9'], ['10', '10']),
};

/** The release taken when neither the definition nor the policy names one. */
export const DEFAULT_OS_VERSION: Readonly<Record<Distribution, string>> = {
  ubuntu: '22.04',
  debian: '12',
  centos: '9',
  fedora: '43',
  rhel: '9',
};

/** The release, or undefined when the distribution has none of that version. */
export const osRelease = (os: Distribution, version: string): OsRelease | undefined =>
  OS_RELEASES[os].find((release) => release.version === version);
