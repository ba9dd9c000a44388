import type { Arch, RecipeFile } from '@gild/contracts';

/** The first serial port, as the kernel calls it. */
const SERIAL: Readonly<Record<Arch, string>> = { x86_64: 'ttyS0', aarch64: 'ttyAMA0' };

/** UEFI has its console on that port too; GRUB has a driver of its own for a PC's only. */
const TERMINAL: Readonly<Record<Arch, string>> = {
  x86_64: `GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"`,
  aarch64: 'GRUB_TERMINAL="console"',
};

/** What the kernel is told, and how long the menu waits; the disk's first grub.cfg and every later update-grub read it. */
const grubDefaults = (arch: Arch): string => `GRUB_TIMEOUT=1
GRUB_TIMEOUT_STYLE=hidden
GRUB_CMDLINE_LINUX="console=tty0 console=${SERIAL[arch]},115200"
GRUB_CMDLINE_LINUX_DEFAULT="quiet loglevel=6"
${TERMINAL[arch]}
GRUB_DISABLE_OS_PROBER=true
`;

/** The partition is as large as the disk that was built; on a larger one it grows, and the file system with it (fstab). */
const growRoot = `[Partition]
Type=root
`;

export const bootFiles = (arch: Arch): readonly RecipeFile[] => [
  { path: '/etc/default/grub.d/10-gild.cfg', content: grubDefaults(arch), mode: '0644' },
  { path: '/etc/repart.d/10-root.conf', content: growRoot, mode: '0644' },
];
