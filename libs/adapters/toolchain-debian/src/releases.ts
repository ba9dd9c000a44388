import { OS_RELEASES, type AptArch, type AptRelease, type Target } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** What this toolchain can make root file systems of. */
export const APT_RELEASES: readonly AptRelease[] = Object.values(OS_RELEASES)
  .flat()
  .filter((release): release is AptRelease => release.family === 'apt');

const unknown = ({ distribution, release, arch }: Target): Fault => {
  const known = APT_RELEASES.flatMap((row) =>
    Object.keys(row.arches).map((its) => `${row.distribution} ${row.version} ${its}`),
  );
  return new Fault(
    'TARGET_UNKNOWN',
    `This toolchain makes ${known.join(', ')}, not ${distribution} ${release} ${arch}.`,
  );
};

/** The release of a target. Fault: TARGET_UNKNOWN when it has not this architecture either. */
export const releaseOf = (target: Target): AptRelease => {
  const found = APT_RELEASES.find(
    (row) => row.distribution === target.distribution && row.version === target.release,
  );
  if (found?.arches[target.arch]) return found;
  throw unknown(target);
};

/** What the architecture of a target makes of its release. Fault: TARGET_UNKNOWN. */
export const archOf = (target: Target): AptArch => {
  const arch = releaseOf(target).arches[target.arch];
  if (!arch) throw unknown(target);
  return arch;
};

/** Where a target's packages come from when nothing says otherwise, and where a finished image gets its updates. */
export const defaultMirrors = (target: Target) => archOf(target).mirrors ?? releaseOf(target).mirrors;
