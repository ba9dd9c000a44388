import type { AptArch, AptMirrors, AptRelease } from './release.js';

const BASE = [
  ...['ca-certificates', 'iproute2', 'netbase', 'openssh-server', 'procps', 'sudo'],
  ...['systemd-timesyncd', 'tzdata'],
];

const SYSTEM = [
  ...['systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'e2fsprogs'],
  ...['initramfs-tools', 'zstd', 'grub2-common'],
];

const arches = (linkedOnX86: readonly string[]): { x86_64: AptArch; aarch64: AptArch } => ({
  x86_64: {
    packageArch: 'amd64',
    kernel: 'linux-image-amd64',
    kernelHeaders: 'linux-headers-amd64',
    bootLoaders: ['grub-pc-bin', 'grub-efi-amd64-bin'],
    linkedFolders: linkedOnX86,
  },
  aarch64: {
    packageArch: 'arm64',
    kernel: 'linux-image-arm64',
    kernelHeaders: 'linux-headers-arm64',
    bootLoaders: ['grub-efi-arm64-bin'],
    linkedFolders: ['bin', 'lib', 'sbin'],
  },
});

const MULTILIB = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'];

const MIRRORS: AptMirrors = {
  main: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
};

type Row = Pick<AptRelease, 'version' | 'codename' | 'epoch'> &
  Partial<Pick<AptRelease, 'mirrors' | 'archived' | 'seedPackages'>> & {
    ownPackages: readonly string[];
    linkedOnX86: readonly string[];
  };

const debian = ({ ownPackages, linkedOnX86, ...row }: Row): AptRelease => ({
  distribution: 'debian',
  family: 'apt',
  defaultUser: 'debian',
  packages: {
    base: BASE,
    system: [...SYSTEM, ...ownPackages],
    devTools: ['build-essential', 'git', 'make'],
    automaticUpdates: ['unattended-upgrades'],
    hardening: ['apparmor', 'auditd', 'libpam-pwquality'],
  },
  arches: arches(linkedOnX86),
  suites: [
    { archive: 'main', suite: row.codename },
    { archive: 'main', suite: `${row.codename}-updates` },
    { archive: 'security', suite: `${row.codename}-security` },
  ],
  components: ['main'],
  mirrors: MIRRORS,
  archived: false,
  keyring: { path: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  seedPackages: ['usr-is-merged'],
  ...row,
});

export const DEBIAN: readonly AptRelease[] = [
  debian({
    version: '11',
    codename: 'bullseye',
    epoch: 1_628_935_200,
    ownPackages: [],
    linkedOnX86: MULTILIB,
    seedPackages: [],
    archived: true,
    mirrors: {
      main: 'http://archive.debian.org/debian',
      security: 'http://archive.debian.org/debian-security',
    },
  }),
  debian({
    version: '12',
    codename: 'bookworm',
    epoch: 1_686_391_200,
    ownPackages: ['systemd-resolved'],
    linkedOnX86: MULTILIB,
  }),
  debian({
    version: '13',
    codename: 'trixie',
    epoch: 1_754_733_600,
    seedPackages: [],
    ownPackages: ['systemd-repart', 'systemd-resolved'],
    linkedOnX86: ['bin', 'lib', 'lib64', 'sbin'],
  }),
];
