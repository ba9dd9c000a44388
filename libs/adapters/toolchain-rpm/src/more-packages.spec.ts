import { BASE_PACKAGES, FEDORA_43, type RpmSystem, type TestPackage } from '@gild/testing';

/** Things to install on it. */
const MORE_PACKAGES: readonly TestPackage[] = [
  {
    name: 'web',
    version: '1.0-1.fc43',
    requires: ['web-data'],
    files: { '/usr/share/web/version': '1.0\n' },
  },
  {
    name: 'web',
    version: '1:1.2-3.fc43',
    requires: ['web-data'],
    files: {
      '/usr/share/web/version': '1.2\n',
      '/usr/lib/systemd/system/web.service': '[Install]\nWantedBy=multi-user.target\n',
    },
    post: 'echo "set up by its own script" >/etc/web.conf',
  },
  { name: 'web-data', files: { '/usr/share/web/data': 'data\n' } },
  { name: 'gateway', provides: ['web-gateway'], conflicts: ['web'], files: { '/usr/share/gateway': '' } },
  { name: 'lonely', requires: ['nowhere-to-be-found'], files: { '/usr/share/lonely': '' } },
  { name: 'broken', files: { '/usr/share/broken': '' }, pre: 'echo "cannot be set up here" >&2; exit 1' },
];

/** The packages of the smallest system, which has dnf. */
export const SMALLEST = [...BASE_PACKAGES, ...FEDORA_43.packages.filter(({ name }) => name === 'dnf')];

/** The smallest system, and what there is to install on it. */
export const SYSTEM: RpmSystem = {
  packages: [...SMALLEST, ...MORE_PACKAGES],
  folders: FEDORA_43.folders,
};
