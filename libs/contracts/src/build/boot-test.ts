import { z } from 'zod';
import type { Arch } from '../documents/arch.js';

/** Firmware a virtual machine starts with. `uefi-secure`: UEFI that starts only what the keys of Secure Boot have signed. */
export const Firmware = z.enum(['bios', 'uefi', 'uefi-secure']);
export type Firmware = z.infer<typeof Firmware>;

/** The firmwares an image must start with, by its architecture. */
export const FIRMWARES: Readonly<Record<Arch, readonly Firmware[]>> = {
  x86_64: ['bios', 'uefi', 'uefi-secure'],
  aarch64: ['uefi'],
};

/** A boot that is planned, or the reason why there will be none. */
export const PlannedBoot = z.object({ firmware: Firmware, untested: z.string().optional() });
export type PlannedBoot = z.infer<typeof PlannedBoot>;

/** One check run inside the booted image, as its taskserv states it. */
export type BootCheck = {
  /** Unique within a test, for example `nginx/port-80`. */
  name: string;
  /** Program and arguments run inside the guest; passes when the exit code is 0 and stdout matches. */
  argv: readonly string[];
  /** Text stdout must contain; absent: anything. */
  expect?: string;
  /** How long the check may be retried until it passes; with `once`, how long its only run may take. */
  withinMs: number;
  /** Run one time, after all checks before it are decided. Absent: retried, in turns with the others. */
  once?: boolean;
};

export type CheckResult = { name: string; passed: boolean; attempts: number; output: string; ms: number };

/** What a boot showed. Times count from power-on; absent when the point was never reached. */
export type BootTestResult = {
  firmware: Firmware;
  accelerator: 'kvm' | 'tcg';
  passed: boolean;
  /** Why it failed, in a sentence for people. */
  failure?: string;
  msToKernel?: number;
  msToUserspace?: number;
  msToChecksGreen?: number;
  checks: readonly CheckResult[];
};
