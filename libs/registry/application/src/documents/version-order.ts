import semver from 'semver';

/** Version numbers from the highest to the lowest, pre-releases after all finished ones. */
export const newestFirst = (versions: Iterable<string>): string[] =>
  [...versions].sort((a, b) => preRelease(a) - preRelease(b) || semver.rcompare(a, b));

const preRelease = (version: string): number => (semver.prerelease(version) === null ? 0 : 1);
