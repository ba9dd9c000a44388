import { DEBIAN } from './debian.js';
import type { Distribution } from './distribution.js';
import { CENTOS, FEDORA, RHEL } from './red-hat.js';
import type { Release } from './release.js';
import { UBUNTU } from './ubuntu.js';

/** Every known release per distribution, oldest first. A release absent here cannot be built. */
export const OS_RELEASES: Readonly<Record<Distribution, readonly Release[]>> = {
  ubuntu: UBUNTU,
  debian: DEBIAN,
  centos: CENTOS,
  fedora: FEDORA,
  rhel: RHEL,
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
export const osRelease = (os: Distribution, version: string): Release | undefined =>
  OS_RELEASES[os].find((release) => release.version === version);
