import type { RecipeFile, Target } from '@gild/contracts';
import { bootFiles } from './boot-files.js';
import { partsOf } from './family-parts.js';
import { networkParts } from './network-files.js';
import { testAgentFiles } from './test-agent-files.js';

// Empty, not absent and not "uninitialized": systemd then makes one and applies no presets, which would enable units again.
const machineId: RecipeFile = { path: '/etc/machine-id', content: '', mode: '0444' };

/** The parts of the base layer that every image has, besides its packages. */
export type GuestRecipe = {
  files: readonly RecipeFile[];
  enable: readonly string[];
  disable: readonly string[];
};

/**
 * What an image needs inside to start as a machine of its own on any disk, and to answer the boot test. It belongs into the base
 * layer.
 */
export const guestRecipe = (target: Target): GuestRecipe => {
  const { renderer, ...family } = partsOf(target);
  const network = networkParts(renderer);
  return {
    files: [
      machineId,
      ...bootFiles(target.arch),
      ...family.files,
      ...network.files,
      ...testAgentFiles(family.testAgent),
    ],
    enable: [...family.enable, ...network.units],
    disable: family.disable,
  };
};
