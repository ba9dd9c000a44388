import type { RecipeFile } from '@gild/contracts';

/** Below these folders files are left out; a pattern is one of the shell's in which `*` also stands for `/`. */
const FOLDERS = ['/usr/share', '/usr/lib/modules', '/usr/lib/binfmt.d'];

/** Read by people at a workstation, not by a server's programs. Licences stay; so do folders, which `alternatives` links into. */
const DOCUMENTATION = [
  '/usr/share/doc/*/*',
  '/usr/share/doc-base/*',
  '/usr/share/info/*',
  '/usr/share/lintian/*',
  '/usr/share/man/*/*',
];
const TRANSLATIONS = ['/usr/share/locale/*/LC_MESSAGES/*'];

/** What modules that stay cannot do without: graphics adapters speak to screens and remote controls through these. */
const NEEDED_MODULES = ['drivers/media/cec', 'drivers/media/rc'];
const KEPT = [
  '/usr/share/doc/*/copyright',
  ...NEEDED_MODULES.map((folder) => `/usr/lib/modules/*/kernel/${folder}/*`),
];

/**
 * Parts of the kernel for hardware that no virtual machine has, neither its own nor passed through to it: graphics and network
 * adapters, InfiniBand, storage, USB, TPMs and watchdogs stay.
 */
const ABSENT_HARDWARE = [
  'drivers/accessibility',
  'drivers/bluetooth',
  'drivers/comedi',
  'drivers/firewire',
  'drivers/gameport',
  'drivers/hwmon',
  'drivers/iio',
  'drivers/input/joystick',
  'drivers/input/mouse',
  'drivers/input/tablet',
  'drivers/input/touchscreen',
  'drivers/isdn',
  'drivers/media',
  'drivers/memstick',
  'drivers/net/wireless',
  'drivers/nfc',
  'drivers/soundwire',
  'drivers/staging',
  'drivers/w1',
  'net/bluetooth',
  'net/mac80211',
  'net/nfc',
  'sound',
];

/** That compiled Python may be run as a program, for which every start mounts a file system. */
const FORMATS = ['/usr/lib/binfmt.d/python*.conf'];

const LEFT_OUT = [
  ...DOCUMENTATION,
  ...TRANSLATIONS,
  ...FORMATS,
  ...ABSENT_HARDWARE.map((folder) => `/usr/lib/modules/*/kernel/${folder}/*`),
];

/** A package may name a path of the merged /usr by either of its names. */
const bothNames = (pattern: string): string[] =>
  pattern.startsWith('/usr/lib/') ? [pattern, pattern.slice('/usr'.length)] : [pattern];

const dpkgSettings = [
  ...LEFT_OUT.flatMap(bothNames).map((pattern) => `path-exclude=${pattern}`),
  ...KEPT.flatMap(bothNames).map((pattern) => `path-include=${pattern}`),
  '',
].join('\n');

/** Tells dpkg to leave the same files out of everything it installs or upgrades later. */
export const dpkgFiles: readonly RecipeFile[] = [
  { path: '/etc/dpkg/dpkg.cfg.d/gild-left-out', content: dpkgSettings, mode: '0644' },
];

// rpm knows no patterns of paths: of documentation and translations it is told by their kinds. Licences are another kind.
const rpmSettings = '%_excludedocs 1\n%_install_langs C\n';

/** Tells rpm to leave documentation and translations out of everything it installs or upgrades later. */
export const rpmFiles: readonly RecipeFile[] = [
  { path: '/etc/rpm/macros.gild-left-out', content: rpmSettings, mode: '0644' },
];

/** Removes what is left out from what is installed. */
export const removeLeftOut = [
  '#!/bin/sh',
  'set -eu',
  `for folder in ${FOLDERS.join(' ')}; do`,
  '  [ -d "$folder" ] || continue',
  `  find "$folder" -xdev ! -type d \\( ${LEFT_OUT.map((pattern) => `-path '${pattern}'`).join(' -o ')} \\) \\`,
  `    ${KEPT.map((pattern) => `! -path '${pattern}'`).join(' ')} -delete`,
  'done',
  '',
].join('\n');

/** Tells the kernel's tools which modules are left. */
export const moduleLists = `#!/bin/sh
set -eu
for kernel in /usr/lib/modules/*/kernel; do
  [ -d "$kernel" ] || continue
  version=\${kernel%/kernel}
  depmod "\${version##*/}"
done
`;
