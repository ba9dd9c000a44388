import { Fault } from '@gild/ports';
import { bootPackages, missingBootTools, requireBootTools } from './boot-tools.js';

/** A host with the files whose path contains one of these. */
const hostWith =
  (...there: readonly string[]) =>
  async (paths: readonly string[]) =>
    paths.find((path) => there.some((part) => path.includes(part)));

const EVERYTHING = ['setpriv', 'qemu-system-', '/OVMF/', '/AAVMF/'];
const ARM = { arch: 'aarch64', firmwares: ['uefi'] } as const;
const PC = { arch: 'x86_64', firmwares: ['bios', 'uefi', 'uefi-secure'] } as const;

describe('what boots need and a host lacks', () => {
  it('is nothing where everything is there', async () => {
    expect(await missingBootTools(ARM, hostWith(...EVERYTHING))).toBeUndefined();
    expect(await missingBootTools(PC, hostWith(...EVERYTHING))).toBeUndefined();
  });

  it('is the machine and its firmware, all at once', async () => {
    expect(await missingBootTools(ARM, hostWith('setpriv', 'qemu-system-x86_64', '/OVMF/'))).toStrictEqual({
      names: ['qemu-system-aarch64', 'firmware for uefi'],
      packages: ['qemu-system-arm', 'qemu-efi-aarch64'],
    });
  });

  it('is firmware also where only its code is there and not the variables', async () => {
    expect(await missingBootTools(ARM, hostWith('setpriv', 'qemu-system-', 'AAVMF_CODE'))).toMatchObject({
      packages: ['qemu-efi-aarch64'],
    });
  });

  it('is no firmware for a BIOS, and one package for two firmwares', async () => {
    const host = hostWith('setpriv', 'qemu-system-');
    expect(await missingBootTools({ ...PC, firmwares: ['bios'] }, host)).toBeUndefined();
    expect(await missingBootTools(PC, host)).toStrictEqual({
      names: ['firmware for uefi', 'firmware for uefi-secure'],
      packages: ['ovmf'],
    });
  });

  it('is said with the one command that installs it', async () => {
    await expect(requireBootTools(ARM, hostWith())).rejects.toThrow(
      new Fault(
        'TOOL_MISSING',
        'A machine for aarch64 needs setpriv, qemu-system-aarch64, firmware for uefi on this host, which it lacks. ' +
          'Install what brings it (apt-get install util-linux qemu-system-arm qemu-efi-aarch64) and try again.',
      ),
    );
  });

  it('is not asked for where no machine has such a firmware', async () => {
    await expect(requireBootTools({ ...ARM, firmwares: ['bios'] }, hostWith())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });
});

it('the packages for boots of an architecture are those of its machine and its firmwares', () => {
  expect(bootPackages('aarch64')).toStrictEqual(['qemu-system-arm', 'qemu-efi-aarch64']);
  expect(bootPackages('x86_64')).toStrictEqual(['qemu-system-x86', 'ovmf']);
});
