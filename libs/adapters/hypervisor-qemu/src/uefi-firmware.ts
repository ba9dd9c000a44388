import type { Arch, Firmware } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { firstReadable } from './host-tools.js';
import type { UefiFlash } from './qemu-arguments.js';

type Flash = Pick<UefiFlash, 'code' | 'variables'>;
type Build = { package: string; isGuarded: boolean; files: readonly Flash[] };

const flash = (folder: string, code: string, variables: string): Flash => ({
  code: `${folder}/${code}`,
  variables: `${folder}/${variables}`,
});

const DEBIAN = '/usr/share/OVMF';
const FEDORA = '/usr/share/edk2/ovmf';

/** UEFI for virtual machines as distributions build it: those of the host that are found first are used. */
const BUILDS: Readonly<Record<Arch, Readonly<Partial<Record<Firmware, Build>>>>> = {
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

/** The host's firmware: its code, and the variables every machine gets a copy of. Undefined: the machine has a BIOS. */
export const uefiFirmware = async (arch: Arch, firmware: Firmware): Promise<UefiFlash | undefined> => {
  if (arch === 'x86_64' && firmware === 'bios') return undefined;
  const build = BUILDS[arch][firmware];
  if (build === undefined)
    throw new Fault('UNSUPPORTED', `No machine for ${arch} is tested with the firmware ${firmware}.`);
  for (const { code, variables } of build.files)
    if ((await firstReadable([code])) && (await firstReadable([variables])))
      return { code, variables, isGuarded: build.isGuarded };
  throw new Fault(
    'TOOL_MISSING',
    `A boot test with ${firmware} for ${arch} needs firmware that this host lacks. Install the package ${build.package}.`,
  );
};
