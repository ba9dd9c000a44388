import type { GoldenImageConfig, LayerRecipe, RecipeScript, Release } from '@gild/contracts';
import { changeRecipe } from './empty-recipe.js';
import { waysOf } from './families/ways-of.js';
import { grubFile } from './kernel-command-line.js';
import { switchOff } from './optimizing/idle-units.js';
import { removeLeftOut } from './optimizing/left-out-files.js';

// Of what systemd does at the start after an upgrade of /usr, packages leave it the accounts alone. These two files, as new as /usr,
// say that it is done; at a first start they would be missing.
const firstStart = `#!/bin/sh
set -eu
systemd-sysusers
touch -r /usr /etc/.updated /var/.updated
`;

const script = (name: string, content: string): RecipeScript => ({ name, content });

/** A faster start and a smaller image; what the image can do as a virtual machine stays. */
export const applyOptimizations = (
  { auto_updates: updates, steps }: GoldenImageConfig,
  release: Release,
): LayerRecipe => {
  const { files, initramfs, ...units } = waysOf(release).optimizing;
  return changeRecipe('apply_optimizations', {
    files: [grubFile({ hardened: steps.apply_security_hardening, optimized: true }), ...files],
    scripts: [
      script('idle units', switchOff(units, updates)),
      script('left out files', removeLeftOut),
      script('initial RAM disk', initramfs),
      script('first start', firstStart),
    ],
  });
};
