import { EMULATED_TIMES, type Arch } from '@gild/contracts';
import type { BuilderDeps, BuilderLimits } from './builder-deps.js';

/** The agent's limits as they hold for a build of the architecture: what is emulated may take its time. */
export const limitsOfBuild = (
  arch: Arch,
  { limits, hostArch }: Pick<BuilderDeps, 'limits' | 'hostArch'>,
): BuilderLimits =>
  arch === hostArch
    ? limits
    : { ...limits, idleMs: limits.idleMs * EMULATED_TIMES, bootMs: limits.bootMs * EMULATED_TIMES };
