import type { AptArch, AptMirrors, AptRelease } from './release.js';

const BASE = [
  ...['ca-certificates', 'iproute2', 'netbase', 'openssh-server', 'procps', 'sudo'],
  ...['systemd-timesyncd', 'tzdata'],
];

const SYSTEM = ['systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'e2fsprogs', 'initramfs-tools'];

/** Folders of a root with a merged /usr on x86: with those of older foreign programs, or without. */
export const MULTILIB = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'];
export const PLAIN = ['bin', 'lib', 'lib64', 'sbin'];

type Kernel = Pick<AptArch, 'kernel' | 'kernelHeaders'>;

/** What all releases of a distribution have in common. */
type AptDistribution = Pick<
  AptRelease,
  'distribution' | 'defaultUser' | 'components' | 'mirrors' | 'keyring' | 'seedPackages'
> & {
  kernels: { x86_64: Kernel; aarch64: Kernel };
  /** Beside what makes initial RAM disks. */
  initramfs: readonly string[];
};

/** What differs from release to release. */
type Row = Pick<AptRelease, 'version' | 'codename' | 'epoch'> &
  Partial<Pick<AptRelease, 'mirrors' | 'archived' | 'seedPackages'>> & {
    /** Parts of the system that came in packages of their own with it, or are new. */
    ownPackages: readonly string[];
    linkedOnX86: readonly string[];
    /** Where packages for ARM come from, when that is not where the others' do. */
    mirrorsForArm?: AptMirrors;
  };

const arches = (
  { kernels }: AptDistribution,
  { linkedOnX86, mirrorsForArm }: Pick<Row, 'linkedOnX86' | 'mirrorsForArm'>,
): { x86_64: AptArch; aarch64: AptArch } => ({
  x86_64: {
    packageArch: 'amd64',
    ...kernels.x86_64,
    bootLoaders: ['grub-pc-bin', 'grub-efi-amd64-bin'],
    linkedFolders: linkedOnX86,
  },
  aarch64: {
    packageArch: 'arm64',
    ...kernels.aarch64,
    bootLoaders: ['grub-efi-arm64-bin'],
    linkedFolders: ['bin', 'lib', 'sbin'],
    ...(mirrorsForArm === undefined ? {} : { mirrors: mirrorsForArm }),
  },
});

/** Makes the releases of a distribution. The order of members counts: keys of layers are made of what they are written as. */
export const releasesOf =
  (distribution: AptDistribution) =>
  ({ ownPackages, linkedOnX86, mirrorsForArm, ...row }: Row): AptRelease => ({
    distribution: distribution.distribution,
    family: 'apt',
    defaultUser: distribution.defaultUser,
    packages: {
      base: BASE,
      system: [...SYSTEM, ...distribution.initramfs, 'grub2-common', ...ownPackages],
      devTools: ['build-essential', 'git', 'make'],
      automaticUpdates: ['unattended-upgrades'],
      hardening: ['apparmor', 'auditd', 'libpam-pwquality'],
    },
    arches: arches(distribution, { linkedOnX86, ...(mirrorsForArm && { mirrorsForArm }) }),
    suites: [
      { archive: 'main', suite: row.codename },
      { archive: 'main', suite: `${row.codename}-updates` },
      { archive: 'security', suite: `${row.codename}-security` },
    ],
    components: distribution.components,
    mirrors: distribution.mirrors,
    archived: false,
    keyring: distribution.keyring,
    seedPackages: distribution.seedPackages,
    ...row,
  });
