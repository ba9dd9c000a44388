import type { AptArch, AptMirrors, AptRelease } from './release.js';

const BASE = [
  ...['ca-certificates', 'iproute2', 'netbase', 'openssh-server', 'procps', 'sudo'],
  ...['systemd-timesyncd', 'tzdata'],
];

const SYSTEM = [
  ...['systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'e2fsprogs'],
  ...['initramfs-tools', 'grub2-common'],
];

const MIRRORS: AptMirrors = {
  main: 'http://archive.ubuntu.com/ubuntu',
  security: 'http://security.ubuntu.com/ubuntu',
};

const PORTS: AptMirrors = {
  main: 'http://ports.ubuntu.com/ubuntu-ports',
  security: 'http://ports.ubuntu.com/ubuntu-ports',
};

type Row = Pick<AptRelease, 'version' | 'codename' | 'epoch'> & {
  ownPackages: readonly string[];
  linkedOnX86: readonly string[];
  /**
   * Packages for ARM are among the ports. Since 25.10 they are where those for PCs are:
   * https://github.com/canonical/cloud-init/issues/6825
   */
  isPorted: boolean;
};

/** The kernel is the one of virtual machines: that of physical ones depends on half a gigabyte of firmware. */
const arches = ({
  linkedOnX86,
  isPorted,
}: Pick<Row, 'linkedOnX86' | 'isPorted'>): { x86_64: AptArch; aarch64: AptArch } => ({
  x86_64: {
    packageArch: 'amd64',
    kernel: 'linux-image-virtual',
    kernelHeaders: 'linux-headers-virtual',
    bootLoaders: ['grub-pc-bin', 'grub-efi-amd64-bin'],
    linkedFolders: linkedOnX86,
  },
  aarch64: {
    packageArch: 'arm64',
    kernel: 'linux-image-virtual',
    kernelHeaders: 'linux-headers-virtual',
    bootLoaders: ['grub-efi-arm64-bin'],
    linkedFolders: ['bin', 'lib', 'sbin'],
    ...(isPorted && { mirrors: PORTS }),
  },
});

const MULTILIB = ['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'];
const PLAIN = ['bin', 'lib', 'lib64', 'sbin'];

const ubuntu = ({ ownPackages, linkedOnX86, isPorted, ...row }: Row): AptRelease => ({
  distribution: 'ubuntu',
  family: 'apt',
  defaultUser: 'ubuntu',
  packages: {
    base: BASE,
    system: [...SYSTEM, ...ownPackages],
    devTools: ['build-essential', 'git', 'make'],
    automaticUpdates: ['unattended-upgrades'],
    hardening: ['apparmor', 'auditd', 'libpam-pwquality'],
  },
  arches: arches({ linkedOnX86, isPorted }),
  suites: [
    { archive: 'main', suite: row.codename },
    { archive: 'main', suite: `${row.codename}-updates` },
    { archive: 'security', suite: `${row.codename}-security` },
  ],
  components: ['main', 'restricted', 'universe', 'multiverse'],
  mirrors: MIRRORS,
  archived: false,
  keyring: { path: '/usr/share/keyrings/ubuntu-archive-keyring.gpg', package: 'ubuntu-keyring' },
  seedPackages: [],
  ...row,
});

export const UBUNTU: readonly AptRelease[] = [
  ubuntu({
    version: '20.04',
    codename: 'focal',
    epoch: 1_587_636_000,
    ownPackages: [],
    linkedOnX86: MULTILIB,
    isPorted: true,
  }),
  ubuntu({
    version: '22.04',
    codename: 'jammy',
    epoch: 1_650_535_200,
    ownPackages: ['zstd'],
    linkedOnX86: MULTILIB,
    isPorted: true,
  }),
  ubuntu({
    version: '24.04',
    codename: 'noble',
    epoch: 1_714_039_200,
    ownPackages: ['systemd-resolved', 'zstd'],
    linkedOnX86: PLAIN,
    isPorted: true,
  }),
  ubuntu({
    version: '26.04',
    codename: 'resolute',
    epoch: 1_776_938_400,
    ownPackages: ['systemd-repart', 'systemd-resolved', 'zstd'],
    linkedOnX86: PLAIN,
    isPorted: false,
  }),
];
