import { ARCHES, type Arch, FIRMWARES } from '@gild/contracts';
import { missingBootTools } from '@gild/hypervisor-qemu';
import type { Fault } from '@gild/ports';
import { EMULATOR_PACKAGE, lacksOnlyEmulator, linuxSandbox, probeArch } from '@gild/sandbox-linux';
import type { Finding } from './finding.js';

type Probe = (arch: Arch) => ReturnType<typeof probeArch>;
type BootTools = (arch: Arch) => ReturnType<typeof missingBootTools>;

/** Images of other architectures than the host's, which are built and then booted: who builds none lacks nothing. */
export const emulationFindings = async (
  probe: Probe = (arch) => probeArch(arch, linuxSandbox()),
  bootTools: BootTools = (arch) => missingBootTools({ arch, firmwares: FIRMWARES[arch] }),
): Promise<Finding[]> => {
  const findings = await Promise.all(
    ARCHES.map(async (arch) => {
      const works = await probe(arch);
      return works === 'native' ? [] : [building(arch, works), booting(arch, await bootTools(arch))];
    }),
  );
  return findings.flat();
};

const building = (arch: Arch, works: 'emulated' | Fault): Finding => {
  const check = `emulated ${arch} builds`;
  return works === 'emulated'
    ? { check, ok: true, found: 'possible', remedy: 'slower than on an agent of that architecture' }
    : { check, ok: true, found: 'not possible', remedy: remedyOf(arch, works) };
};

const remedyOf = (arch: Arch, fault: Fault): string =>
  lacksOnlyEmulator(fault)
    ? `apt-get install ${EMULATOR_PACKAGE}, only to build ${arch} images here`
    : fault.message;

const booting = (arch: Arch, missing: Awaited<ReturnType<BootTools>>): Finding => {
  const check = `boot tests of ${arch} images`;
  if (missing === undefined) return { check, ok: true, found: 'possible', remedy: '' };
  const remedy = `apt-get install ${missing.packages.join(' ')}, only to build ${arch} images here and boot them`;
  return { check, ok: true, found: `not possible: no ${missing.names.join(', ')}`, remedy };
};
