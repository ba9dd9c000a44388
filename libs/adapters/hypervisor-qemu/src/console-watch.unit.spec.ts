import { consoleWatch } from './console-watch.js';

const watched = (...chunks: string[]) => {
  const seen: string[] = [];
  const watch = consoleWatch({
    kernel: () => seen.push('kernel'),
    deadEnd: (sentence) => seen.push(sentence),
  });
  for (const chunk of chunks) watch.add(Buffer.from(chunk));
  return { seen, watch };
};

it('sees the kernel start once, also when its first line comes in pieces', () => {
  const { seen } = watched('[    0.000000] Linux ver', 'sion 6.1.0-56-amd64 (', 'Linux version 6.1.0');
  expect(seen).toStrictEqual(['kernel']);
});

it.each([
  ['No bootable device.', 'The BIOS found no boot loader on the disk.'],
  ['BdsDxe: No bootable option or device was found.', 'The UEFI firmware found no boot loader on the disk.'],
  [
    'BdsDxe: failed to load Boot0001 "UEFI Misc Device" from PciRoot(0x0)/Pci(0x1,0x0): Access Denied\r\n' +
      'BdsDxe: No bootable option or device was found.',
    'Secure Boot refused the boot loader on the disk: none of its keys has signed it.',
  ],
  [
    'Verification failed: (0x1A) Security Violation\r\n',
    'Secure Boot refused what the boot loader started next: shim trusts no signature of it.',
  ],
  [
    'error: bad shim signature.\r\nerror: you need to load the kernel first.',
    'Secure Boot refused the kernel: shim trusts no signature of it.',
  ],
  ['error: no such device: 1234.\r\ngrub rescue> ', 'GRUB found nothing it could start.'],
  ['GNU GRUB  version 2.06-13\r\n\r\n   Minimal BASH-like', 'GRUB found nothing it could start.'],
  [
    '[ 1.6] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n[ 1.7] CPU: 0',
    'The kernel panicked: VFS: Unable to mount root fs on unknown-block(0,0).',
  ],
  [
    'Fatal glibc error: CPU does not support x86-64-v3\r\n[ 1.7] Kernel panic - not syncing: Attempted to kill init!\r\n',
    'Its programs need a processor of x86-64-v3, which this machine has not.',
  ],
  ['ALERT!  UUID=x does not exist.\n(initramfs) ', 'The initial RAM disk did not find the root file system.'],
  [
    'Generating "/run/initramfs/rdsosreport.txt"\r\n\r\n\r\nEntering emergency mode. Exit the shell to continue.\r\n',
    'The initial RAM disk stopped in its emergency shell, short of the root file system.',
  ],
  ['You are in emergency mode. After logging in', 'systemd stopped in emergency mode.'],
])('knows that an image cannot pass any more: %j', (shown, sentence) => {
  expect(watched(shown).seen).toStrictEqual([sentence]);
});

it('waits for the end of a panic, to quote all of it', () => {
  const { seen } = watched(
    'Kernel panic - not sync',
    'ing: Attempted to kill ',
    'init! exitcode=0x00000100',
    '\r\n',
  );
  expect(seen).toStrictEqual(['The kernel panicked: Attempted to kill init! exitcode=0x00000100.']);
});

it('reports the first dead end only', () => {
  const { seen } = watched('Kernel panic - not syncing: one\n', 'Kernel panic - not syncing: two\n');
  expect(seen).toStrictEqual(['The kernel panicked: one.']);
});

it('quotes the last lines that say something, without what moves the cursor', () => {
  const { watch } = watched(
    '\x1bc\x1b[?7l\x1b[2J\x1b[0mSeaBIOS\r\n\r\n',
    ' \x1b[0;1;31mFAILED\x1b[0m to start caf\u00e9\r\n',
  );
  expect(watch.lastLines()).toBe('SeaBIOS\nFAILED to start caf\u00e9');
});

it('keeps a few lines of bounded width, whatever it was shown', () => {
  const { watch } = watched(...Array(3000).fill('x'.repeat(60_000)), ...Array(50).fill('last words\n'));
  expect(watch.lastLines().split('\n')).toStrictEqual(Array(6).fill('last words'));
  expect(watched('y'.repeat(100_000)).watch.lastLines()).toHaveLength(200);
});
