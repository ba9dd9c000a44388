import type { Arch, Firmware } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { type Find, firstReadable, type HostTool, toolsMissing } from './host-tools.js';
import type { UefiFlash } from './qemu-arguments.js';

type Flash = Pick<UefiFlash, 'code' | 'variables'>;
/** Firmware as distributions build it. */
export type FirmwareBuild = { package: string; isGuarded: boolean; files: readonly Flash[] };

const flash = (folder: string, code: string, variables: string): Flash => ({
  code: `${folder}/${code}`,
  variables: `${folder}/${variables}`,
});

const DEBIAN = '/usr/share/OVMF';
const FEDORA = '/usr/share/edk2/ovmf';

/** UEFI for virtual machines as distributions build it: those of the host that are found first are used. */
const BUILDS: Readonly<Record<Arch, Readonly<Partial<Record<Firmware, FirmwareBuild>>>>> = {
  x86_64: {
    uefi: {
      package: 'ovmf',
      isGuarded: false,
      files: [
        flash(DEBIAN, 'OVMF_CODE_4M.fd', 'OVMF_VARS_4M.fd'),
        flash(DEBIAN, 'OVMF_CODE.fd', 'OVMF_VARS.fd'),
        flash(FEDORA, 'OVMF_CODE.fd', 'OVMF_VARS.fd'),
      ],
    },
    // In these variables Microsoft's keys are enrolled, as in machines that are sold.
    'uefi-secure': {
      package: 'ovmf',
      isGuarded: true,
      files: [
        flash(DEBIAN, 'OVMF_CODE_4M.secboot.fd', 'OVMF_VARS_4M.ms.fd'),
        flash(DEBIAN, 'OVMF_CODE.secboot.fd', 'OVMF_VARS.ms.fd'),
        flash(FEDORA, 'OVMF_CODE.secboot.fd', 'OVMF_VARS.secboot.fd'),
      ],
    },
  },
  aarch64: {
    uefi: {
      package: 'qemu-efi-aarch64',
      isGuarded: false,
      files: [
        flash('/usr/share/AAVMF', 'AAVMF_CODE.no-secboot.fd', 'AAVMF_VARS.fd'),
        flash('/usr/share/AAVMF', 'AAVMF_CODE.fd', 'AAVMF_VARS.fd'),
        flash('/usr/share/edk2/aarch64', 'QEMU_EFI-pflash.raw', 'vars-template-pflash.raw'),
      ],
    },
  },
};

/** What the host has to bring for it; undefined for a BIOS, which is part of QEMU. Fault: UNSUPPORTED. */
export const firmwareBuild = (arch: Arch, firmware: Firmware): FirmwareBuild | undefined => {
  if (arch === 'x86_64' && firmware === 'bios') return undefined;
  const build = BUILDS[arch][firmware];
  if (build !== undefined) return build;
  throw new Fault('UNSUPPORTED', `No machine for ${arch} is tested with the firmware ${firmware}.`);
};

/** How it is named to people. */
export const firmwareTool = (firmware: Firmware, build: FirmwareBuild): HostTool => ({
  name: `firmware for ${firmware}`,
  package: build.package,
});

/** The files of it that are there. */
export const flashOf = async (build: FirmwareBuild, find: Find): Promise<Flash | undefined> => {
  for (const files of build.files)
    if ((await find([files.code])) !== undefined && (await find([files.variables])) !== undefined)
      return files;
  return undefined;
};

/**
 * The host's firmware: its code, and the variables every machine gets a copy of. Undefined: the machine has a BIOS. Faults:
 * TOOL_MISSING, UNSUPPORTED.
 */
export const uefiFirmware = async (arch: Arch, firmware: Firmware): Promise<UefiFlash | undefined> => {
  const build = firmwareBuild(arch, firmware);
  if (build === undefined) return undefined;
  const files = await flashOf(build, firstReadable);
  if (files === undefined) throw toolsMissing(arch, [firmwareTool(firmware, build)]);
  return { ...files, isGuarded: build.isGuarded };
};
