import { chmod, copyFile } from 'node:fs/promises';
import { type Arch, type Firmware, FIRMWARES } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import { acceleratorMemory } from './accelerator-memory.js';
import { hostIdentity, opensKvm } from './host-tools.js';
import { type Accelerator, MACHINE_MODELS } from './machine-models.js';
import { uefiFirmware } from './uefi-firmware.js';
import { vmInTerminal, type VmShape, vmUnderControl } from './vm-arguments.js';

/** The firmware a machine has where nobody chooses: the first that there is for its architecture. */
export const usualFirmware = (arch: Arch): Firmware => FIRMWARES[arch][0] ?? 'uefi';

/** How a machine's programs run, and whether a boot on this host has shown that they do. */
export type Acceleration = { accelerator: Accelerator; isProven: boolean };

/**
 * KVM where it can be used, unless a boot test found that no guest starts under it. `stateDir` is the one of `qemuHypervisor`. Fault:
 * TOOL_MISSING.
 */
export const likelyAcceleration = async (arch: Arch, stateDir: string): Promise<Acceleration> => {
  if (arch !== hostArch() || !(await opensKvm())) return { accelerator: 'tcg', isProven: true };
  const known = await acceleratorMemory(stateDir, hostIdentity).recall();
  return { accelerator: known ?? 'kvm', isProven: known !== undefined };
};

/** Gives a machine the variables that its firmware starts with; a BIOS has none. Faults: TOOL_MISSING, UNSUPPORTED. */
export const writeFirmwareVariables = async (
  { arch, firmware }: { arch: Arch; firmware: Firmware },
  path: string,
): Promise<void> => {
  const found = await uefiFirmware(arch, firmware);
  if (found === undefined) return;
  await copyFile(found.variables, path);
  await chmod(path, 0o600);
};

/** The machine's programs and their arguments: for a person in a terminal, and for `startVm`. */
export const vmPrograms = (shape: VmShape): { inTerminal: string[]; underControl: string[] } => {
  const { program } = MACHINE_MODELS[shape.arch];
  return {
    inTerminal: [program, ...vmInTerminal(shape)],
    underControl: [program, ...vmUnderControl(shape)],
  };
};
