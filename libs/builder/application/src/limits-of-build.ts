import { EMULATED_TIMES, type Arch } from '@gild/contracts';
import type { BuilderDeps, BuilderLimits } from './builder-deps.js';

/** How many times as long as here everything may take that runs in the architecture of a build. */
export const timesOfBuild = (arch: Arch, { hostArch }: Pick<BuilderDeps, 'hostArch'>): number =>
  arch === hostArch ? 1 : EMULATED_TIMES;

/** The agent's limits as they hold for a build of the architecture: what is emulated may take its time. */
export const limitsOfBuild = (arch: Arch, deps: Pick<BuilderDeps, 'limits' | 'hostArch'>): BuilderLimits => ({
  ...deps.limits,
  idleMs: deps.limits.idleMs * timesOfBuild(arch, deps),
});
