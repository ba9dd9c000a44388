import { ARCHES, type Arch } from '@gild/contracts';
import type { Fault } from '@gild/ports';
import { EMULATOR_PACKAGE, lacksOnlyEmulator, linuxSandbox, probeArch } from '@gild/sandbox-linux';
import type { Finding } from './finding.js';

type Probe = (arch: Arch) => ReturnType<typeof probeArch>;

/** Images of other architectures than the host's: who builds none lacks nothing. */
export const emulationFindings = async (
  probe: Probe = (arch) => probeArch(arch, linuxSandbox()),
): Promise<Finding[]> => {
  const findings = await Promise.all(ARCHES.map(async (arch) => finding(arch, await probe(arch))));
  return findings.flat();
};

const finding = (arch: Arch, works: Awaited<ReturnType<Probe>>): Finding[] => {
  if (works === 'native') return [];
  const check = `emulated ${arch} builds`;
  if (works === 'emulated')
    return [{ check, ok: true, found: 'possible', remedy: 'slower than on an agent of that architecture' }];
  return [{ check, ok: true, found: 'not possible', remedy: remedyOf(arch, works) }];
};

const remedyOf = (arch: Arch, fault: Fault): string =>
  lacksOnlyEmulator(fault)
    ? `apt-get install ${EMULATOR_PACKAGE}, only to build ${arch} images here`
    : fault.message;
