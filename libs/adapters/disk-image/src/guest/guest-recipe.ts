import type { RecipeFile, Target } from '@gild/contracts';
import { bootFiles } from './boot-files.js';
import { firstBootFiles, firstBootUnits } from './first-boot-files.js';
import { networkFiles, networkUnits } from './network-files.js';
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
 * What an image of the Debian family needs inside to start as a machine of its own on any disk, and to answer the boot test. It
 * belongs into the base layer.
 */
export const guestRecipe = ({ arch }: Target): GuestRecipe => ({
  files: [machineId, ...bootFiles(arch), ...firstBootFiles, ...networkFiles, ...testAgentFiles],
  enable: [...firstBootUnits, ...networkUnits],
  // Both look for LVM snapshots at every start; the disk has no LVM.
  disable: ['e2scrub_reap.service', 'e2scrub_all.timer'],
});
