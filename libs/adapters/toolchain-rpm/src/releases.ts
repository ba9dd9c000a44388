import { OS_RELEASES, type ReleaseArch, type RpmRelease, type Target } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** What this toolchain can make root file systems of. */
export const RPM_RELEASES: readonly RpmRelease[] = Object.values(OS_RELEASES)
  .flat()
  .filter((release): release is RpmRelease => release.family === 'rpm');

const unknown = ({ distribution, release, arch }: Target): Fault => {
  const known = RPM_RELEASES.flatMap((row) =>
    Object.keys(row.arches).map((its) => `${row.distribution} ${row.version} ${its}`),
  );
  return new Fault(
    'TARGET_UNKNOWN',
    `This toolchain makes ${known.join(', ')}, not ${distribution} ${release} ${arch}.`,
  );
};

/** The release of a target. Fault: TARGET_UNKNOWN when it has not this architecture either. */
export const releaseOf = (target: Target): RpmRelease => {
  const found = RPM_RELEASES.find(
    (row) => row.distribution === target.distribution && row.version === target.release,
  );
  if (found?.arches[target.arch]) return found;
  throw unknown(target);
};

/** What the architecture of a target makes of its release. Fault: TARGET_UNKNOWN. */
export const archOf = (target: Target): ReleaseArch => {
  const arch = releaseOf(target).arches[target.arch];
  if (!arch) throw unknown(target);
  return arch;
};
