import type { Arch } from '@gild/contracts';
import { Fault } from '@gild/ports';

const arches: Readonly<Record<string, Arch>> = { x64: 'x86_64', arm64: 'aarch64' };

/** The architecture of this host. Fault: UNSUPPORTED on any other than the two images are built for. */
export const hostArch = (): Arch => {
  const arch = arches[process.arch];
  if (arch !== undefined) return arch;
  throw new Fault('UNSUPPORTED', `images are built on x86_64 and aarch64; this host is ${process.arch}`);
};
