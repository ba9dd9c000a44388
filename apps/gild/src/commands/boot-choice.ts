import { type Arch, ArchName, EMULATED_TIMES, type Firmware, FIRMWARES } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { wholeNumber } from './whole-number.js';

/** How `gild test-boot` is told what to boot a disk with. */
export type BootFlags = { arch?: string; firmware: string; timeout?: string };

/** What a disk is booted with; one machine after the other. */
export type BootChoice = {
  arch: Arch;
  firmwares: readonly Firmware[];
  deadlineMs: number;
  /** How many times that an emulated machine has. */
  emulatedTimes: number;
};

const TIMEOUT_SECONDS = { min: 1, max: 86_400 };
const DEFAULT_SECONDS = '600';

/** Fault: INVALID_REQUEST, for what no machine of the architecture has. */
export const bootChoice = (flags: BootFlags, host = hostArch()): BootChoice => {
  const arch = chosenArch(flags.arch ?? host);
  return {
    arch,
    firmwares: chosenFirmwares(arch, flags.firmware),
    deadlineMs: wholeNumber('--timeout', flags.timeout ?? DEFAULT_SECONDS, TIMEOUT_SECONDS) * 1000,
    // Who says how long means it, on whatever machine.
    emulatedTimes: flags.timeout === undefined ? EMULATED_TIMES : 1,
  };
};

const chosenArch = (name: string): Arch => {
  const arch = ArchName.safeParse(name);
  if (arch.success) return arch.data;
  throw new Fault('INVALID_REQUEST', `--arch: expected x86_64 or aarch64, found "${name}"`);
};

const chosenFirmwares = (arch: Arch, name: string): readonly Firmware[] => {
  const known = FIRMWARES[arch];
  if (name === 'all') return known;
  // Any image starts with these; with Secure Boot only one whose loaders are signed.
  if (name === 'both') return known.filter((firmware) => firmware !== 'uefi-secure');
  const chosen = known.find((firmware) => firmware === name);
  if (chosen !== undefined) return [chosen];
  const expected = [...known, 'both', 'all'].join(', ');
  throw new Fault('INVALID_REQUEST', `--firmware: expected one of ${expected} for ${arch}, found "${name}"`);
};
