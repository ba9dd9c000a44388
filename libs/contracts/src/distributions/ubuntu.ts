import { MULTILIB, PLAIN, releasesOf } from './debian-family.js';
import type { AptMirrors, AptRelease } from './release.js';

/** Until 25.10 packages for ARM are among the ports: https://github.com/canonical/cloud-init/issues/6825 */
const PORTS: AptMirrors = {
  main: 'http://ports.ubuntu.com/ubuntu-ports',
  security: 'http://ports.ubuntu.com/ubuntu-ports',
};

/** The kernel is the one of virtual machines: that of physical ones depends on half a gigabyte of firmware. */
const KERNEL = { kernel: 'linux-image-virtual', kernelHeaders: 'linux-headers-virtual' };

const ubuntu = releasesOf({
  distribution: 'ubuntu',
  defaultUser: 'ubuntu',
  kernels: { x86_64: KERNEL, aarch64: KERNEL },
  initramfs: [],
  components: ['main', 'restricted', 'universe', 'multiverse'],
  mirrors: {
    main: 'http://archive.ubuntu.com/ubuntu',
    security: 'http://security.ubuntu.com/ubuntu',
  },
  keyring: { path: '/usr/share/keyrings/ubuntu-archive-keyring.gpg', package: 'ubuntu-keyring' },
  seedPackages: [],
});

export const UBUNTU: readonly AptRelease[] = [
  ubuntu({
    version: '20.04',
    codename: 'focal',
    epoch: 1_587_636_000,
    ownPackages: [],
    linkedOnX86: MULTILIB,
    mirrorsForArm: PORTS,
  }),
  ubuntu({
    version: '22.04',
    codename: 'jammy',
    epoch: 1_650_535_200,
    ownPackages: ['zstd'],
    linkedOnX86: MULTILIB,
    mirrorsForArm: PORTS,
  }),
  ubuntu({
    version: '24.04',
    codename: 'noble',
    epoch: 1_714_039_200,
    ownPackages: ['systemd-resolved', 'zstd'],
    linkedOnX86: PLAIN,
    mirrorsForArm: PORTS,
  }),
  ubuntu({
    version: '26.04',
    codename: 'resolute',
    epoch: 1_776_938_400,
    ownPackages: ['systemd-repart', 'systemd-resolved', 'zstd'],
    linkedOnX86: PLAIN,
  }),
];
