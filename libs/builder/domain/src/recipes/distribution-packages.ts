type Arch = 'x86_64' | 'aarch64';

/** Packages a distribution's images are made of, beyond what its package manager calls essential. */
export type DistributionPackages = {
  base: readonly string[];
  devTools: readonly string[];
  kernelHeaders: Readonly<Record<Arch, readonly string[]>>;
  automaticUpdates: readonly string[];
  /** Audit, mandatory access control and checks of new passwords. */
  hardening: readonly string[];
};

const DEBIAN: DistributionPackages = {
  base: [
    'ca-certificates',
    'iproute2',
    'netbase',
    'openssh-server',
    'procps',
    'sudo',
    'systemd-timesyncd',
    'tzdata',
  ],
  devTools: ['build-essential', 'git', 'make'],
  kernelHeaders: { x86_64: ['linux-headers-amd64'], aarch64: ['linux-headers-arm64'] },
  automaticUpdates: ['unattended-upgrades'],
  hardening: ['apparmor', 'auditd', 'libpam-pwquality'],
};

type ByRelease = Readonly<Record<string, Readonly<Record<string, DistributionPackages>>>>;

/** By distribution, then release. What is not here cannot be built by this release of Gild. */
const byRelease: ByRelease = { debian: { '12': DEBIAN } };

export const distributionPackages = (
  distribution: string,
  release: string,
): DistributionPackages | undefined => byRelease[distribution]?.[release];

/** The account ssh keys are given to, as the distribution's own cloud images name it. */
export const defaultUser = (distribution: string): string =>
  distribution === 'rhel' ? 'cloud-user' : distribution;
