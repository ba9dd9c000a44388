import type { AgentDescription } from '@gild/contracts';
import type { Sandbox, ToldMirrors } from '@gild/ports';
import { notBuilt } from '@gild/toolchain-rpm';

const LONGEST_MS = 10_000;

/**
 * Of what the host builds no image, as its agent says it. Tried once: what is installed or told later is found when the agent
 * starts again. Of a host that cannot be asked nothing is said: a build finds out what it lacks.
 */
export const lackingTools = async (
  making: { sandbox: Sandbox; mirrors: ToldMirrors },
  leaving: AbortSignal,
): Promise<Pick<AgentDescription, 'cannotBuild'>> => {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(LONGEST_MS)]);
  const cannotBuild = await notBuilt(making, signal).catch(() => []);
  return cannotBuild.length === 0 ? {} : { cannotBuild };
};
