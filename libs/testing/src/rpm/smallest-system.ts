import { TEST_ARCH } from '../test-arch.js';
import { librariesOf, programs, stubs } from './programs-of-the-host.js';
import type { TestPackage } from './rpm-workshop.js';

const COREUTILS = [
  ...[
    'basename',
    'cat',
    'chgrp',
    'chmod',
    'chown',
    'cp',
    'date',
    'dirname',
    'echo',
    'env',
    'head',
    'id',
    'install',
    'ln',
  ],
  ...[
    'ls',
    'mkdir',
    'mktemp',
    'mv',
    'readlink',
    'rm',
    'rmdir',
    'sort',
    'stat',
    'tail',
    'touch',
    'tr',
    'true',
    'wc',
  ],
  ...['find', 'grep', 'sed', 'chage', 'useradd', 'usermod', 'getent'],
];
const ALL = ['bash', 'rpm', 'rpmdb', 'rpmkeys', 'systemctl', ...COREUTILS];

const PASSWD = `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/:/sbin/nologin
`;
const GROUP = 'root:x:0:\nwheel:x:10:\nnobody:x:65534:\n';

// Debian's rpm only works as a package manager when it is told so, and keeps its database where Debian wants it.
const rpm = (environment: string) => `${programs('rpm', 'rpmdb', 'rpmkeys')}
mv usr/bin/rpm usr/bin/rpm.real
printf '#!/bin/sh\\nexec env ${environment} RPM_FORCE_DEBIAN=1 /usr/bin/rpm.real "$@"\\n' >usr/bin/rpm
chmod 755 usr/bin/rpm
mkdir -p usr/lib usr/lib/sysimage/rpm
cp -a /usr/lib/rpm usr/lib/rpm
sed -i 's,^%_dbpath.*,%_dbpath /usr/lib/sysimage/rpm,' usr/lib/rpm/macros`;

const FILESYSTEM = `mkdir -p boot dev etc home proc run sys tmp usr/bin usr/sbin usr/lib usr/lib64 usr/share var/log var/lib var/cache var/tmp root
ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; ln -s usr/lib64 lib64; chmod 1777 tmp var/tmp; chmod 700 root`;

/** The smallest system that can install the rest of itself, made of the programs of the host. */
export const SMALLEST: readonly TestPackage[] = [
  { name: 'filesystem', stage: FILESYSTEM, requires: ['setup'] },
  {
    name: 'setup',
    files: {
      '/etc/passwd': PASSWD,
      '/etc/group': GROUP,
      '/etc/shadow': 'root:!:::::::\nnobody:!:::::::\n',
      '/etc/login.defs': 'USERGROUPS_ENAB yes\nUID_MIN 1000\nGID_MIN 1000\n',
      '/etc/profile': '',
    },
  },
  { name: 'glibc', arch: TEST_ARCH, stage: librariesOf(...ALL), requires: ['filesystem'] },
  { name: 'glibc-minimal-langpack', requires: ['glibc'], files: { '/usr/share/doc/langpack/README': '' } },
  {
    name: 'bash',
    arch: TEST_ARCH,
    stage: `${programs('bash')}; ln -s bash usr/bin/sh`,
    requires: ['glibc'],
    provides: ['/bin/sh'],
  },
  { name: 'coreutils', arch: TEST_ARCH, stage: programs(...COREUTILS), requires: ['glibc', 'bash'] },
  {
    name: 'rpm',
    version: '4.18.0-1.fc43',
    arch: TEST_ARCH,
    stage: rpm(''),
    requires: ['glibc', 'coreutils', '/bin/sh'],
  },
  {
    name: 'systemd',
    version: '258-1.fc43',
    arch: TEST_ARCH,
    stage: `${programs('systemctl')}
${stubs({ 'systemd-sysusers': '' })}`,
    requires: ['glibc'],
  },
];

/** That of Enterprise Linux 9 takes the time from the clock, whatever it is told. */
export const OLDER_RPM: TestPackage = {
  ...{ name: 'rpm', version: '4.18.1-1.el9', arch: TEST_ARCH },
  ...{ stage: rpm('-u SOURCE_DATE_EPOCH'), requires: ['glibc', 'coreutils', '/bin/sh'] },
};
