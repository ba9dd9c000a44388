import { ARCHES, type Arch } from '@gild/contracts';
import type { Sandbox } from '@gild/ports';
import { probeArch } from '@gild/sandbox-linux';
import { hostArch } from '@gild/node-runtime';

/** Architectures besides the host's own: those whose programs run here, and those that only want an emulator. */
export type Emulation = { emulates: readonly Arch[]; couldEmulate: readonly Arch[] };

/** Tried once: an emulator that is installed later is found when the agent starts again. An agent told not to has none. */
export const emulationOf = async (
  wanted: 'on' | 'off',
  sandbox: Sandbox,
  folder: string,
): Promise<Emulation> => {
  if (wanted === 'off') return { emulates: [], couldEmulate: [] };
  const others = ARCHES.filter((arch) => arch !== hostArch());
  const works = await Promise.all(
    others.map(async (arch) => (await probeArch(arch, sandbox, folder)) === 'emulated'),
  );
  return {
    emulates: others.filter((_, index) => works[index]),
    couldEmulate: others.filter((_, index) => !works[index]),
  };
};
