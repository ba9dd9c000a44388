import { Fault } from '@gild/ports';
import type { Target } from '@gild/contracts';

/** Which of a release's archives a suite is fetched from. */
export type Archive = 'main' | 'security';

/** Everything that differs between releases, as data. */
export type Release = {
  distribution: string;
  release: string;
  codename: string;
  /** Architecture names as dpkg has them, and the kernel that follows the release's updates. */
  arches: Readonly<
    Partial<Record<Target['arch'], { dpkg: string; kernel: string; linkedFolders: readonly string[] }>>
  >;
  suites: readonly { archive: Archive; suite: string }[];
  components: readonly string[];
  /** Where packages come from when the host does not say, and what a finished image is told. */
  mirrors: Readonly<Record<Archive, string>>;
  keyring: { path: string; package: string };
  /** Installed although nothing asks for it. */
  seedPackages: readonly string[];
  /** Seconds since 1970: no file of an image is older news than its release, none newer than its packages. */
  epoch: number;
};

export const RELEASES: readonly Release[] = [
  {
    distribution: 'debian',
    release: '12',
    codename: 'bookworm',
    arches: {
      x86_64: {
        dpkg: 'amd64',
        kernel: 'linux-image-amd64',
        linkedFolders: ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'],
      },
      aarch64: { dpkg: 'arm64', kernel: 'linux-image-arm64', linkedFolders: ['bin', 'lib', 'sbin'] },
    },
    suites: [
      { archive: 'main', suite: 'bookworm' },
      { archive: 'main', suite: 'bookworm-updates' },
      { archive: 'security', suite: 'bookworm-security' },
    ],
    components: ['main'],
    mirrors: { main: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' },
    keyring: { path: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
    seedPackages: ['usr-is-merged'],
    epoch: 1_686_391_200,
  },
];

/** The row for a target. */
export const releaseOf = (target: Target): Release => {
  const found = RELEASES.find(
    (row) => row.distribution === target.distribution && row.release === target.release,
  );
  if (found?.arches[target.arch]) return found;
  const known = RELEASES.flatMap((row) =>
    Object.keys(row.arches).map((arch) => `${row.distribution} ${row.release} ${arch}`),
  );
  throw new Fault(
    'TARGET_UNKNOWN',
    `This toolchain makes ${known.join(', ')}, not ${target.distribution} ${target.release} ${target.arch}.`,
  );
};

/** The architecture's column of a row. */
export const archOf = (target: Target) => {
  const arch = releaseOf(target).arches[target.arch];
  if (!arch)
    throw new Fault('TARGET_UNKNOWN', `${target.distribution} ${target.release} has no ${target.arch}.`);
  return arch;
};
