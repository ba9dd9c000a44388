import { MULTILIB, PLAIN, releasesOf } from './debian-family.js';
import type { AptRelease } from './release.js';

const debian = releasesOf({
  distribution: 'debian',
  defaultUser: 'debian',
  kernels: {
    x86_64: { kernel: 'linux-image-amd64', kernelHeaders: 'linux-headers-amd64' },
    aarch64: { kernel: 'linux-image-arm64', kernelHeaders: 'linux-headers-arm64' },
  },
  initramfs: ['zstd'],
  components: ['main'],
  mirrors: {
    main: 'http://deb.debian.org/debian',
    security: 'http://deb.debian.org/debian-security',
  },
  keyring: { path: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  seedPackages: ['usr-is-merged'],
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
    linkedOnX86: PLAIN,
  }),
];
