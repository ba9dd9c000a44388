import semver from 'semver';

/** Version numbers from the highest to the lowest, pre-releases after all finished ones. */
export const newestFirst = (versions: Iterable<string>): string[] => [...versions].sort(byNewest);

/** Whether the version stands before the other one in that order. */
export const isNewer = (version: string, than: string): boolean => byNewest(version, than) < 0;

const byNewest = (a: string, b: string): number => preRelease(a) - preRelease(b) || semver.rcompare(a, b);

const preRelease = (version: string): number => (semver.prerelease(version) === null ? 0 : 1);
