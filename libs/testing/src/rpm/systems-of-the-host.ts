import type { TestPackage } from './rpm-workshop.js';

/** Programs of the host, as a distribution's package has them. */
const programs = (...names: string[]) => `mkdir -p usr/bin
for name in ${names.join(' ')}; do cp -L "$(ls -d /usr/bin/$name /usr/sbin/$name 2>/dev/null | head -n 1)" usr/bin/; done`;

/** Every library of the programs there are in the distribution. */
const librariesOf = (...names: string[]) => `mkdir -p usr/lib64
for name in ${names.join(' ')}; do ldd "$(ls -d /usr/bin/$name /usr/sbin/$name 2>/dev/null | head -n 1)"; done | grep -o '/[^ ]*' | sort -u | while read -r library; do
  place=$(echo "$library" | sed 's,^/lib,/usr/lib,; s,^/usr/usr,/usr,')
  mkdir -p ".$(dirname "$place")"
  cp -L "$library" ".$place"
done`;

/** Programs that do what a build asks of them without what the real ones need. */
const stubs = (scripts: Readonly<Record<string, string>>) =>
  [
    'mkdir -p usr/bin',
    ...Object.entries(scripts).map(([name, body]) => `printf '#!/bin/sh\\n%s\\n' '${body}' >usr/bin/${name}`),
    'chmod 755 usr/bin/*',
  ].join('\n');

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
const SMALLEST: readonly TestPackage[] = [
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
  { name: 'glibc', arch: 'x86_64', stage: librariesOf(...ALL), requires: ['filesystem'] },
  { name: 'glibc-minimal-langpack', requires: ['glibc'], files: { '/usr/share/doc/langpack/README': '' } },
  {
    name: 'bash',
    arch: 'x86_64',
    stage: `${programs('bash')}; ln -s bash usr/bin/sh`,
    requires: ['glibc'],
    provides: ['/bin/sh'],
  },
  { name: 'coreutils', arch: 'x86_64', stage: programs(...COREUTILS), requires: ['glibc', 'bash'] },
  {
    name: 'rpm',
    version: '4.18.0-1.fc43',
    arch: 'x86_64',
    stage: rpm(''),
    requires: ['glibc', 'coreutils', '/bin/sh'],
  },
  {
    name: 'systemd',
    version: '258-1.fc43',
    arch: 'x86_64',
    stage: `${programs('systemctl')}
${stubs({ 'systemd-sysusers': '' })}`,
    requires: ['glibc'],
  },
];

const unit = (name: string, target: string) => ({
  [`/usr/lib/systemd/system/${name}`]: `[Install]\nWantedBy=${target}\n`,
});

/** What the base of an image is made of beside that, as far as a build looks at it. */
const MACHINE: readonly TestPackage[] = [
  { name: 'dnf', version: '4.23.0-1.fc43', requires: ['rpm'], files: { '/usr/bin/dnf': '#!/bin/sh\n' } },
  { name: 'systemd-resolved', files: unit('systemd-resolved.service', 'sysinit.target') },
  {
    name: 'kernel-core',
    version: '6.17.1-300.fc43',
    arch: 'x86_64',
    files: { '/usr/lib/modules/6.17.1-300.fc43.x86_64/vmlinuz': 'a kernel\n' },
  },
  {
    name: 'dracut',
    stage: stubs({ dracut: 'for image; do :; done; echo "made for $*" >"$image"', depmod: '' }),
  },
  {
    name: 'openssh-server',
    files: { '/etc/ssh/sshd_config': '' },
    stage: `${stubs({ 'ssh-keygen': 'for key; do :; done; echo key >"$key"' })}
mkdir -p usr/sbin; printf '#!/bin/sh\\n' >usr/sbin/sshd; chmod 755 usr/sbin/sshd`,
  },
  { name: 'sudo', stage: stubs({ visudo: '' }) },
  { name: 'audit', files: unit('auditd.service', 'multi-user.target') },
  {
    name: 'selinux-policy-targeted',
    files: {
      '/etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=targeted\n',
      '/etc/selinux/targeted/contexts/files/file_contexts': `/.* system_u:object_r:default_t:s0
/usr/bin(/.*)? system_u:object_r:bin_t:s0
/usr/libexec(/.*)? system_u:object_r:bin_t:s0
/etc/shadow.* -- system_u:object_r:shadow_t:s0
`,
    },
  },
  ...[
    ...[
      'ca-certificates',
      'chrony',
      'dbus-broker',
      'e2fsprogs',
      'findutils',
      'iproute',
      'kmod',
      'openssh-clients',
    ],
    ...['libpwquality', 'procps-ng', 'shadow-utils', 'systemd-udev', 'tzdata', 'zstd'],
  ].map((name) => ({ name, files: { [`/usr/share/doc/${name}/README`]: `${name}\n` } })),
];

/** Loaders as the family's packages have them, in the folder of the distribution. */
const signedLoaders = (folder: string): TestPackage[] => [
  {
    name: 'shim-x64',
    arch: 'x86_64',
    files: {
      [`/boot/efi/EFI/${folder}/shimx64.efi`]: 'shim\n',
      [`/boot/efi/EFI/${folder}/mmx64.efi`]: 'keys\n',
    },
  },
  {
    name: 'grub2-efi-x64',
    arch: 'x86_64',
    files: { [`/boot/efi/EFI/${folder}/grubx64.efi`]: 'signed GRUB\n' },
  },
];

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
export const MACHINE_PACKAGES: readonly TestPackage[] = [
  ...MACHINE,
  ...signedLoaders('fedora'),
  { name: 'systemd-networkd', files: unit('systemd-networkd.service', 'multi-user.target') },
  { name: 'dnf5-plugin-automatic', files: unit('dnf5-automatic.timer', 'timers.target') },
];

/** That of Enterprise Linux 9 takes the time from the clock, whatever it is told. */
const OLDER_RPM: TestPackage = {
  ...{ name: 'rpm', version: '4.18.1-1.el9', arch: 'x86_64' },
  ...{ stage: rpm('-u SOURCE_DATE_EPOCH'), requires: ['glibc', 'coreutils', '/bin/sh'] },
};

/** A whole machine of Enterprise Linux: CentOS Stream, or RHEL. */
export const enterprisePackages = (of: {
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
