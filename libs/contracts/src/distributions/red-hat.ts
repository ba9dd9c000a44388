import type { Distribution } from './distribution.js';
import type { RpmRelease } from './release.js';

const release =
  (distribution: Distribution) =>
  ([version, codename]: readonly [version: string, codename: string]): RpmRelease => ({
    distribution,
    family: 'rpm',
    version,
    codename,
  });

export const CENTOS = (
  [
    ['9', '9-stream'],
    ['10', '10-stream'],
  ] as const
).map(release('centos'));

export const FEDORA = (
  [
    ['42', '42'],
    ['43', '43'],
    ['44', '44'],
  ] as const
).map(release('fedora'));

export const RHEL = (
  [
    ['9', '9'],
    ['10', '10'],
  ] as const
).map(release('rhel'));
