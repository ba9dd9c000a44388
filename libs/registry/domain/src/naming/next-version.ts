import semver from 'semver';

/** What a version was made of, as far as its number tells. */
export type VersionContent = { baseOs: string; osVersion: string; taskservs: readonly string[] };

/** A number that stands: published, or reserved by a build under way. */
export type StandingVersion = { version: string; content: VersionContent };

export type NamingRequest = {
  naming: 'semantic' | 'timestamp' | 'sequential';
  standing: readonly StandingVersion[];
  content: VersionContent;
  bump?: 'major' | 'minor' | 'patch' | undefined;
  explicit?: string | undefined;
  now: string;
};

export type NamingRejection =
  | { code: 'VERSION_EXISTS'; version: string }
  | { code: 'VERSION_MALFORMED'; version: string; message: string };

export type NamingAnswer = { ok: true; version: string } | { ok: false; rejection: NamingRejection };

/** The number of the next version: above every standing one, unless it is named explicitly. */
export const nextVersion = (request: NamingRequest): NamingAnswer => {
  if (request.explicit !== undefined) return explicitVersion(request.explicit, request.standing);
  const highest = highestOf(request.standing);
  return { ok: true, version: automaticVersion(request, highest) };
};

const FIRST = '1.0.0';
/** As long as the documents allow a version to be. */
const LONGEST = 128;
/** Keeps every number exact when it is raised, for longer than anybody builds images. */
const LARGEST_PART = 999_999_999;

const explicitVersion = (version: string, standing: readonly StandingVersion[]): NamingAnswer => {
  const malformed = (message: string): NamingAnswer => ({
    ok: false,
    rejection: { code: 'VERSION_MALFORMED', version, message },
  });
  const parsed = semver.parse(version);
  if (parsed === null || parsed.raw !== parsed.format())
    return malformed(`expected a semantic version such as 1.4.0 or 2.0.0-rc.1, found ${version}`);
  if (Math.max(parsed.major, parsed.minor, parsed.patch) > LARGEST_PART)
    return malformed(`expected no number above ${String(LARGEST_PART)}, found ${version}`);
  if (version.length > LONGEST)
    return malformed(`expected at most ${String(LONGEST)} characters, found ${String(version.length)}`);
  const used = standing.some((other) => other.version === version);
  return used ? { ok: false, rejection: { code: 'VERSION_EXISTS', version } } : { ok: true, version };
};

const highestOf = (standing: readonly StandingVersion[]): StandingVersion | undefined =>
  standing.reduce<StandingVersion | undefined>(
    (highest, next) => (highest === undefined || semver.gt(next.version, highest.version) ? next : highest),
    undefined,
  );

const automaticVersion = (request: NamingRequest, highest: StandingVersion | undefined): string => {
  const { naming, bump, now, content } = request;
  if (bump === undefined && naming === 'timestamp') return timestampVersion(now, highest);
  if (highest === undefined) return FIRST;
  if (bump === undefined && naming === 'sequential') return raised(highest.version, 'major');
  return raised(highest.version, bump ?? significanceOf(highest.content, content));
};

const raised = (version: string, part: 'major' | 'minor' | 'patch'): string =>
  semver.inc(version, part) ?? version;

const significanceOf = (before: VersionContent, after: VersionContent): 'major' | 'minor' | 'patch' => {
  if (before.baseOs !== after.baseOs || before.osVersion !== after.osVersion) return 'major';
  if (before.taskservs.some((name) => !after.taskservs.includes(name))) return 'major';
  return after.taskservs.some((name) => !before.taskservs.includes(name)) ? 'minor' : 'patch';
};

/** `2026.1123.93805`: year, month and day, time of day; semantic versions allow no leading zeros. */
const timestampVersion = (now: string, highest: StandingVersion | undefined): string => {
  const digits = now.replace(/\D/g, '');
  const parts = [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8, 14)];
  const version = parts.map((part) => String(Number(part))).join('.');
  if (highest === undefined || semver.gt(version, highest.version)) return version;
  return raised(highest.version, 'patch');
};
