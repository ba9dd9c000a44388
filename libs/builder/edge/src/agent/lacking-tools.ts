import { type AgentDescription, type Arch, FIRMWARES, type NotBuilt, recordedReason } from '@gild/contracts';
import { missingBootTools } from '@gild/hypervisor-qemu';
import type { Sandbox, ToldMirrors } from '@gild/ports';
import { notBuilt, releasesWithoutSources } from '@gild/toolchain-rpm';

/** The second time is for a host that is busy when its agent starts. */
const LIMITS_MS = [10_000, 60_000];

type Making = { sandbox: Sandbox; mirrors: ToldMirrors };

/**
 * Of what the host builds no image, as its agent says it: what is installed or told later is found when the agent starts again.
 * Of programs that cannot be asked for nothing is said: a build finds out what it lacks.
 */
export const lackingTools = async (
  making: Making,
  leaving: AbortSignal,
  limitsMs = LIMITS_MS,
): Promise<Pick<AgentDescription, 'cannotBuild'>> => {
  const cannotBuild = await asked(making, leaving, limitsMs);
  return cannotBuild.length === 0 ? {} : { cannotBuild };
};

const asked = async (
  making: Making,
  leaving: AbortSignal,
  limitsMs: readonly number[],
): Promise<NotBuilt[]> => {
  for (const limitMs of limitsMs) {
    const limit = AbortSignal.timeout(limitMs);
    try {
      return await notBuilt(making, AbortSignal.any([leaving, limit]));
    } catch {
      if (!limit.aborted) break;
    }
  }
  return releasesWithoutSources(making.mirrors).catch(() => []);
};

/** Architectures whose images the host lacks something to boot in, as its agent says it. */
export const lackingMachines = async (
  arches: readonly Arch[],
  missing = (arch: Arch) => missingBootTools({ arch, firmwares: FIRMWARES[arch] }),
): Promise<Pick<AgentDescription, 'cannotBoot'>> => {
  const each = await Promise.all(arches.map(async (arch) => ({ arch, lacks: await missing(arch) })));
  const cannotBoot = each.flatMap(({ arch, lacks }) =>
    lacks === undefined ? [] : [{ arch, reason: recordedReason(reasonOf(arch, lacks)) }],
  );
  return cannotBoot.length === 0 ? {} : { cannotBoot };
};

type Lacks = NonNullable<Awaited<ReturnType<typeof missingBootTools>>>;

const reasonOf = (arch: Arch, { names, packages }: Lacks): string =>
  `The boot test of ${arch} images needs ${names.join(', ')} on this host (apt-get install ${packages.join(' ')}).`;
