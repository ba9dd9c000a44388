/** Firmware a virtual machine starts with. */
export type Firmware = 'bios' | 'uefi';

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
