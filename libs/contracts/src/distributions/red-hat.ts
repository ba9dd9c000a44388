import type { Arch } from '../documents/arch.js';
import type { ReleaseArch, RpmRelease, RpmRepository } from './release.js';

const BASE = [
  ...['ca-certificates', 'chrony', 'findutils', 'iproute', 'openssh-clients', 'openssh-server', 'procps-ng'],
  ...['shadow-utils', 'sudo', 'tzdata'],
];

// Of systemd, which comes in parts, these make a machine; Enterprise Linux has no systemd-networkd.
const SYSTEM = [
  ...['systemd', 'systemd-resolved', 'systemd-udev', 'dbus-broker', 'kmod', 'e2fsprogs'],
  ...['dracut', 'zstd', 'selinux-policy-targeted'],
];

// Of what several packages could be, these: any other locale is 200 MB with all of them.
const SEED = ['bash', 'coreutils', 'dnf', 'filesystem', 'glibc-minimal-langpack', 'rpm'];

// The disk's own GRUB comes from the host: what the distribution calls grub2 only makes disks that boot its way.
const arch = (packageArch: Arch): ReleaseArch => ({
  packageArch,
  kernel: 'kernel-core',
  kernelHeaders: 'kernel-devel',
  bootLoaders: [],
});

const ARCHES = { x86_64: arch('x86_64'), aarch64: arch('aarch64') };

const HARDENING = ['audit', 'libpwquality'];

const DEV_TOOLS = ['gcc', 'gcc-c++', 'git', 'make'];

const MERGED = { bin: 'usr/bin', lib: 'usr/lib', lib64: 'usr/lib64', sbin: 'usr/sbin' };

const fedora = (version: string, epoch: number): RpmRelease => ({
  distribution: 'fedora',
  family: 'rpm',
  version,
  codename: version,
  defaultUser: 'fedora',
  epoch,
  packages: {
    base: BASE,
    system: [...SYSTEM, 'systemd-networkd'],
    devTools: DEV_TOOLS,
    automaticUpdates: ['dnf5-plugin-automatic'],
    hardening: HARDENING,
  },
  arches: ARCHES,
  repositories: [
    {
      name: 'fedora',
      path: `releases/${version}/Everything/$arch/os`,
      metalink: `https://mirrors.fedoraproject.org/metalink?repo=fedora-${version}&arch=$arch`,
    },
    {
      name: 'updates',
      path: `updates/${version}/Everything/$arch`,
      metalink: `https://mirrors.fedoraproject.org/metalink?repo=updates-released-f${version}&arch=$arch`,
    },
  ],
  key: `fedora-${version}.asc`,
  renderer: 'networkd',
  updateTimer: 'dnf5-automatic.timer',
  platform: `platform:f${version}`,
  links: { 'usr/sbin': 'bin', ...MERGED },
  seedPackages: [...SEED, 'fedora-release', 'fedora-release-identity-basic'],
});

type EnterpriseRow = Pick<RpmRelease, 'version' | 'epoch'> & Pick<ReleaseArch, 'x86Level'>;

const enterprise = ({ version, epoch, x86Level = 2 }: EnterpriseRow) => ({
  family: 'rpm' as const,
  version,
  epoch,
  packages: {
    base: BASE,
    system: [...SYSTEM, 'NetworkManager', 'cloud-utils-growpart'],
    devTools: DEV_TOOLS,
    automaticUpdates: ['dnf-automatic'],
    hardening: HARDENING,
  },
  arches: { ...ARCHES, x86_64: { ...ARCHES.x86_64, x86Level } },
  renderer: 'NetworkManager' as const,
  updateTimer: 'dnf-automatic.timer',
  platform: `platform:el${version}`,
  links: MERGED,
});

const centos = (row: EnterpriseRow): RpmRelease => {
  const repository = (name: string): RpmRepository => ({
    name: name.toLowerCase(),
    path: `${row.version}-stream/${name}/$arch/os`,
    metalink: `https://mirrors.centos.org/metalink?repo=centos-${name.toLowerCase()}-${row.version}-stream&arch=$arch`,
  });
  return {
    ...enterprise(row),
    distribution: 'centos',
    codename: `${row.version}-stream`,
    defaultUser: 'centos',
    repositories: [repository('BaseOS'), repository('AppStream')],
    key: 'centos-official.asc',
    seedPackages: [...SEED, 'centos-stream-release'],
  };
};

/** What only subscribers may fetch has neither public mirrors nor a key that Gild could know to be theirs. */
const rhel = (row: EnterpriseRow): RpmRelease => {
  const repository = (name: string): RpmRepository => ({
    name,
    path: `content/dist/rhel${row.version}/${row.version}/$arch/${name}/os`,
  });
  return {
    ...enterprise(row),
    distribution: 'rhel',
    codename: row.version,
    defaultUser: 'cloud-user',
    repositories: [repository('baseos'), repository('appstream')],
    seedPackages: [...SEED, 'redhat-release'],
  };
};

export const CENTOS: readonly RpmRelease[] = [
  centos({ version: '9', epoch: 1_638_489_600 }),
  centos({ version: '10', epoch: 1_733_961_600, x86Level: 3 }),
];

export const FEDORA: readonly RpmRelease[] = [
  fedora('42', 1_744_675_200),
  fedora('43', 1_761_609_600),
  fedora('44', 1_776_124_800),
];

export const RHEL: readonly RpmRelease[] = [
  rhel({ version: '9', epoch: 1_652_745_600 }),
  rhel({ version: '10', epoch: 1_747_699_200, x86Level: 3 }),
];
