import type { RecipeFile } from '@gild/contracts';

/**
 * Modules no server asks for but a user or a packet may cause to be loaded, by what recommends that. squashfs and udf are not
 * among them, which CIS also lists: snaps are the one, and clouds hand over settings on the other.
 */
export const UNNEEDED_MODULES: Readonly<Record<string, readonly string[]>> = {
  'CIS 1.1.1: file systems of other times': ['cramfs', 'freevxfs', 'hfs', 'hfsplus', 'jffs2'],
  'CIS 1.1.1.9: storage that is carried in': ['usb-storage', 'uas'],
  'CIS 3.2: network protocols of other fields': ['dccp', 'rds', 'sctp', 'tipc'],
  'Debian hardening: devices with access to all memory': ['firewire-core', 'firewire-ohci', 'firewire-sbp2'],
  'Debian hardening: a sound no machine needs': ['pcspkr'],
};

const rule = (module: string): string => `install ${module} /bin/false\nblacklist ${module}\n`;

export const unneededModules: readonly RecipeFile[] = [
  {
    path: '/etc/modprobe.d/gild-hardening.conf',
    content: Object.entries(UNNEEDED_MODULES)
      .map(([reason, modules]) => `# ${reason}\n${modules.map(rule).join('')}`)
      .join(''),
    mode: '0644',
  },
];
