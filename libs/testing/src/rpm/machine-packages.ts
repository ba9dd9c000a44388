import { TEST_ARCH } from '../test-arch.js';
import { stubs } from './programs-of-the-host.js';
import type { TestPackage } from './rpm-workshop.js';

/** As EFI calls the architecture. */
const EFI = { x86_64: 'x64', aarch64: 'aa64' }[TEST_ARCH];

/** A unit that systemd can enable. */
export const unit = (name: string, target: string) => ({
  [`/usr/lib/systemd/system/${name}`]: `[Install]\nWantedBy=${target}\n`,
});

/** What the base of an image is made of beside that, as far as a build looks at it. */
export const MACHINE: readonly TestPackage[] = [
  { name: 'dnf', version: '4.23.0-1.fc43', requires: ['rpm'], files: { '/usr/bin/dnf': '#!/bin/sh\n' } },
  { name: 'systemd-resolved', files: unit('systemd-resolved.service', 'sysinit.target') },
  {
    name: 'kernel-core',
    version: '6.17.1-300.fc43',
    arch: TEST_ARCH,
    files: { [`/usr/lib/modules/6.17.1-300.fc43.${TEST_ARCH}/vmlinuz`]: 'a kernel\n' },
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
export const signedLoaders = (folder: string): TestPackage[] => [
  {
    name: `shim-${EFI}`,
    arch: TEST_ARCH,
    files: {
      [`/boot/efi/EFI/${folder}/shim${EFI}.efi`]: 'shim\n',
      [`/boot/efi/EFI/${folder}/mm${EFI}.efi`]: 'keys\n',
    },
  },
  {
    name: `grub2-efi-${EFI}`,
    arch: TEST_ARCH,
    files: { [`/boot/efi/EFI/${folder}/grub${EFI}.efi`]: 'signed GRUB\n' },
  },
];
