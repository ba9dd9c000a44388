import type { Distribution } from '../distributions/distribution.js';
import { OS_RELEASES } from '../distributions/releases.js';
import { nearestName } from './nearest-name.js';
import { violation, type FieldPath, type Violation } from './violation.js';

/** Says which releases a distribution has when it has none of this version; a codename is answered with its version. */
export const releaseViolations = (
  path: FieldPath,
  { os, version }: { os: Distribution; version: string },
): readonly Violation[] => {
  const versions = OS_RELEASES[os].map((release) => release.version);
  if (versions.includes(version)) return [];
  const named = OS_RELEASES[os].find(({ codename }) => codename === version)?.version;
  const suggestion = named ?? nearestName(version, versions);
  return [
    violation({
      path,
      expected: `a release of ${os}: one of ${versions.join(', ')}`,
      found: JSON.stringify(version),
      ...(suggestion === undefined ? {} : { suggestion, hint: `did you mean \`${suggestion}\`?` }),
    }),
  ];
};
