/** What the console has shown so far. */
export type ConsoleWatch = {
  add(chunk: Uint8Array): void;
  /** The last lines that say something, without control codes. */
  lastLines(): string;
};

const WINDOW = 4096;
const KEPT_LINES = 6;
const KEPT_WIDTH = 200;

/** Marks on the console after which an image cannot pass any more, and what each means. */
const DEAD_ENDS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/No bootable device/, () => 'The BIOS found no boot loader on the disk.'],
  [
    /BdsDxe: failed to load [^\r\n]*: Access Denied/,
    () => 'Secure Boot refused the boot loader on the disk: none of its keys has signed it.',
  ],
  [
    /Verification failed: \(0x1A\) Security Violation/,
    () => 'Secure Boot refused what the boot loader started next: shim trusts no signature of it.',
  ],
  [
    /error: [^\r\n]*bad shim signature/,
    () => 'Secure Boot refused the kernel: shim trusts no signature of it.',
  ],
  [
    /No bootable option or device was found|UEFI Interactive Shell/,
    () => 'The UEFI firmware found no boot loader on the disk.',
  ],
  [/grub rescue>|GNU GRUB {2}version \S+\s+Minimal BASH/, () => 'GRUB found nothing it could start.'],
  [
    /Fatal glibc error: CPU does not support (x86-64-v\d)/,
    (match) => `Its programs need a processor of ${match[1] ?? ''}, which this machine has not.`,
  ],
  [
    /Kernel panic - not syncing: ([^\r\n]*)[\r\n]/,
    (match) => `The kernel panicked: ${(match[1] ?? '').replace(/[. ]+$/, '')}.`,
  ],
  [/\(initramfs\) /, () => 'The initial RAM disk did not find the root file system.'],
  [
    /Entering emergency mode\. Exit the shell to continue/,
    () => 'The initial RAM disk stopped in its emergency shell, short of the root file system.',
  ],
  [/You are in (emergency|rescue) mode/, (match) => `systemd stopped in ${match[1] ?? ''} mode.`],
];

const KERNEL_STARTED = /Linux version \d/;

// Escape sequences of terminals, then every control character but the line feed.
const CONTROL = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()][0-9A-B]|[@-Z\\-_c])|[\x00-\x09\x0b-\x1f\x7f]/g;

const readable = (text: string): string =>
  text
    .replace(CONTROL, '')
    .split('\n')
    .map((line) => line.trim().slice(0, KEPT_WIDTH))
    .filter((line) => line !== '')
    .slice(-KEPT_LINES)
    .join('\n');

/**
 * Reads a serial console for signs of life and death. Keeps a bounded piece of it whatever the guest writes; a sign split between
 * two chunks is seen.
 */
export const consoleWatch = (on: {
  kernel: () => void;
  deadEnd: (sentence: string) => void;
}): ConsoleWatch => {
  let tail = '';
  let isKernelSeen = false;
  let isDead = false;
  const look = (text: string) => {
    if (!isKernelSeen && KERNEL_STARTED.test(text)) {
      isKernelSeen = true;
      on.kernel();
    }
    if (isDead) return;
    for (const [mark, sentence] of DEAD_ENDS) {
      const match = mark.exec(text);
      if (!match) continue;
      isDead = true;
      return on.deadEnd(sentence(match));
    }
  };
  return {
    add: (chunk) => {
      const text = tail + Buffer.from(chunk).toString('latin1');
      look(text);
      tail = text.slice(-WINDOW);
    },
    lastLines: () => readable(Buffer.from(tail, 'latin1').toString('utf8')),
  };
};
