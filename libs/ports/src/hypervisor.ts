import type { BootCheck, BootTestResult, CheckResult, Firmware, X86Level } from '@gild/contracts';

/** What to boot. The disk is never written to. */
export type BootTestSpec = {
  diskPath: string;
  diskFormat: 'qcow2' | 'raw' | 'vmdk';
  arch: 'x86_64' | 'aarch64';
  firmware: Firmware;
  /** The level of x86_64 processor the image needs; absent: the second. */
  x86Level?: X86Level | undefined;
  memoryMiB: number;
  checks: readonly BootCheck[];
  /** The whole test, power-on to last check. */
  deadlineMs: number;
  /** How many times as long the whole test and each of `checks` may take where the machine is emulated. */
  emulatedTimes: number;
  /** Receives the serial console as bytes. */
  onConsole?: (chunk: Uint8Array) => void | Promise<void>;
  /** Called as each check is decided. */
  onCheck?: (result: CheckResult) => void;
  workDir: string;
  signal: AbortSignal;
};

/** Boots of images for one architecture, one with each firmware. */
export type BootsToCome = Pick<BootTestSpec, 'arch'> & { firmwares: readonly Firmware[] };

/**
 * Boots images in a virtual machine, under whatever really boots a guest on this host. Faults: TOOL_MISSING, TOOL_FAILED,
 * DISK_UNREADABLE, and retryable NO_MEMORY, NO_SPACE, MACHINE_KILLED. A failing image is a result, not a fault.
 */
export interface Hypervisor {
  /**
   * Looks, without booting anything, whether this host has all that such boots need: what comes before them may take long. Faults:
   * TOOL_MISSING, with everything to install, and UNSUPPORTED. What is taken away later is missed by the boot.
   */
  requireTools(boots: BootsToCome): Promise<void>;
  /**
   * Never rejects because of the image. The image sees a network card, and behind it a network with an address for it and
   * nothing else.
   */
  bootTest(spec: BootTestSpec): Promise<BootTestResult>;
}
