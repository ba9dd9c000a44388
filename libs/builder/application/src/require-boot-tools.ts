import { isBootTested, testedFirmwares } from '@gild/builder-domain';
import type { Assignment } from '@gild/contracts';
import type { BuilderDeps } from './builder-deps.js';
import type { LoadedInputs } from './load-inputs.js';

/**
 * Ends a build before anything is fetched or made for it where its boot test, the last that takes long, could not be run. Fault:
 * TOOL_MISSING, with everything to install.
 */
export const requireBootTools = async (
  inputs: LoadedInputs,
  { bootTest }: Pick<Assignment, 'bootTest'>,
  { hypervisor }: Pick<BuilderDeps, 'hypervisor'>,
): Promise<void> => {
  if (!isBootTested(inputs.definition, bootTest)) return;
  await hypervisor.requireTools({ arch: inputs.arch, firmwares: testedFirmwares(inputs) });
};
