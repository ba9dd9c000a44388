import { ARCHES, type AgentDescription, type Arch, recordedReason } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import type { Sandbox } from '@gild/ports';
import { lacksOnlyEmulator, probeArch } from '@gild/sandbox-linux';

/**
 * Architectures besides the host's own: those whose programs run here, those that only want an emulator, and those that are
 * kept from running by something else.
 */
export type Emulation = {
  emulates: readonly Arch[];
  couldEmulate: readonly Arch[];
  cannotEmulate: readonly { arch: Arch; reason: string }[];
};

/**
 * Found out at the start alone: an emulator that is installed later is found when the agent starts again. An agent told not to
 * has none.
 */
export const emulationOf = async (
  wanted: 'on' | 'off',
  sandbox: Sandbox,
  folder: string,
): Promise<Emulation> => {
  const others = wanted === 'off' ? [] : ARCHES.filter((arch) => arch !== hostArch());
  const found = await Promise.all(
    others.map(async (arch) => ({ arch, works: await probeArch(arch, sandbox, folder) })),
  );
  const emulation: Record<'emulates' | 'couldEmulate', Arch[]> = { emulates: [], couldEmulate: [] };
  const cannotEmulate: { arch: Arch; reason: string }[] = [];
  for (const { arch, works } of found)
    if (typeof works === 'string') emulation.emulates.push(arch);
    else if (lacksOnlyEmulator(works)) emulation.couldEmulate.push(arch);
    else cannotEmulate.push({ arch, reason: recordedReason(works.message) });
  return { ...emulation, cannotEmulate };
};

/** As an agent says it: what it has none of is absent. */
export const announced = ({
  emulates,
  couldEmulate,
  cannotEmulate,
}: Emulation): Pick<AgentDescription, keyof Emulation> => ({
  ...(emulates.length === 0 ? {} : { emulates: [...emulates] }),
  ...(couldEmulate.length === 0 ? {} : { couldEmulate: [...couldEmulate] }),
  ...(cannotEmulate.length === 0 ? {} : { cannotEmulate: [...cannotEmulate] }),
});
