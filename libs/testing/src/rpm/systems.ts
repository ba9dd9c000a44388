import { TEST_ARCH } from '../test-arch.js';
import { MACHINE, signedLoaders, unit } from './machine-packages.js';
import type { RpmSystem } from './rpm-mirror.js';
import type { TestPackage } from './rpm-workshop.js';
import { OLDER_RPM, SMALLEST } from './smallest-system.js';

const release = (name: string, id: string, version: string): TestPackage => ({
  name,
  version: `${version}-1`,
  files: { '/usr/lib/os-release': `ID=${id}\nVERSION_ID=${version}\n` },
  stage: 'mkdir -p etc; ln -s ../usr/lib/os-release etc/os-release',
});

/** The smallest Fedora. */
export const BASE_PACKAGES: readonly TestPackage[] = [
  ...SMALLEST,
  release('fedora-release-identity-basic', 'fedora', '43'),
  {
    name: 'fedora-release',
    requires: ['fedora-release-identity-basic'],
    files: { '/etc/fedora-release': 'Fedora\n' },
  },
];

/** What a machine of Fedora has beside that. */
const MACHINE_PACKAGES: readonly TestPackage[] = [
  ...MACHINE,
  ...signedLoaders('fedora'),
  { name: 'systemd-networkd', files: unit('systemd-networkd.service', 'multi-user.target') },
  { name: 'dnf5-plugin-automatic', files: unit('dnf5-automatic.timer', 'timers.target') },
];

/** A whole machine of Enterprise Linux: CentOS Stream, or RHEL. */
const enterprisePackages = (of: {
  releasePackage: string;
  id: string;
  version: string;
  loaders: string;
}): readonly TestPackage[] => [
  ...SMALLEST,
  ...MACHINE,
  ...(of.version === '9' ? [OLDER_RPM] : []),
  release(of.releasePackage, of.id, of.version),
  ...signedLoaders(of.loaders),
  { name: 'NetworkManager', files: unit('NetworkManager.service', 'multi-user.target') },
  { name: 'cloud-utils-growpart', files: { '/usr/bin/growpart': '#!/bin/sh\n' } },
  { name: 'dnf-automatic', files: unit('dnf-automatic.timer', 'timers.target') },
];

/** Everything a machine of Fedora is made of. */
export const FEDORA_43 = {
  packages: [...BASE_PACKAGES, ...MACHINE_PACKAGES],
  folders: [`releases/43/Everything/${TEST_ARCH}/os`, `updates/43/Everything/${TEST_ARCH}`],
} as const satisfies RpmSystem;

export const CENTOS_9: RpmSystem = {
  packages: enterprisePackages({
    ...{ releasePackage: 'centos-stream-release', id: 'centos' },
    ...{ version: '9', loaders: 'centos' },
  }),
  folders: ['BaseOS', 'AppStream'].map((name) => `9-stream/${name}/${TEST_ARCH}/os`),
};

export const RHEL_10: RpmSystem = {
  packages: enterprisePackages({
    ...{ releasePackage: 'redhat-release', id: 'rhel' },
    ...{ version: '10', loaders: 'redhat' },
  }),
  folders: ['baseos', 'appstream'].map((name) => `content/dist/rhel10/10/${TEST_ARCH}/${name}/os`),
};
