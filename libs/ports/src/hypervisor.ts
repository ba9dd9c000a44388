import type { BootCheck, BootTestResult, CheckResult, Firmware } from '@gild/contracts';

/** What to boot. The disk is never written to. */
export type BootTestSpec = {
  diskPath: string;
  diskFormat: 'qcow2' | 'raw' | 'vmdk';
  arch: 'x86_64' | 'aarch64';
  firmware: Firmware;
  memoryMiB: number;
  checks: readonly BootCheck[];
  /** The whole test, power-on to last check. */
  deadlineMs: number;
  /** Receives the serial console as bytes. */
  onConsole?: (chunk: Uint8Array) => void | Promise<void>;
  /** Called as each check is decided. */
  onCheck?: (result: CheckResult) => void;
  workDir: string;
  signal: AbortSignal;
};

/** What to find the accelerator with. `kernelPath` is any stock kernel; absent: one of the host's, where there is one. */
export type AcceleratorProbe = { kernelPath?: string; signal: AbortSignal };

/**
 * Boots images in a virtual machine. Faults: TOOL_MISSING, NO_MEMORY (retryable), DISK_UNREADABLE. A failing image is a
 * result, not a fault.
 */
export interface Hypervisor {
  /**
   * The accelerator that really boots a kernel on this host: found by booting one, then remembered until the host or the
   * hypervisor changes. `unknown`: there was no kernel to boot yet; the first boot test finds out by itself.
   */
  accelerator(probe: AcceleratorProbe): Promise<'kvm' | 'tcg' | 'unknown'>;
  /**
   * Never rejects because of the image. The image sees a network card, and behind it a network with an address for it and
   * nothing else.
   */
  bootTest(spec: BootTestSpec): Promise<BootTestResult>;
}
