import { TEST_ARCH } from '../test-arch.js';
import type { RpmSystem } from './rpm-mirror.js';
import { BASE_PACKAGES, enterprisePackages, MACHINE_PACKAGES } from './systems-of-the-host.js';

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
