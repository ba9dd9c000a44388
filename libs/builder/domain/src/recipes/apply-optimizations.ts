import type { GoldenImageConfig, LayerRecipe, RecipeFile, RecipeScript } from '@gild/contracts';
import { changeRecipe } from './empty-recipe.js';
import { grubFile } from './kernel-command-line.js';
import { switchOff } from './optimizing/idle-units.js';
import { dpkgFiles, moduleLists, removeLeftOut } from './optimizing/left-out-files.js';
import { initramfsFiles } from './optimizing/virtual-hardware.js';

const initramfs = `#!/bin/sh
set -eu
for kernel in /boot/vmlinuz-*; do
  [ ! -f "$kernel" ] || update-initramfs -u -k "\${kernel#/boot/vmlinuz-}"
done
`;

// Of what systemd does at the start after an upgrade of /usr, packages leave it the accounts alone. These two files, as new as /usr,
// say that it is done; at a first start they would be missing.
const firstStart = `#!/bin/sh
set -eu
systemd-sysusers
touch -r /usr /etc/.updated /var/.updated
`;

const script = (name: string, content: string): RecipeScript => ({ name, content });

/** Settings that packages read when they are installed. */
export const optimizedFromTheStart: readonly RecipeFile[] = [...initramfsFiles, ...dpkgFiles];

/**
 * A faster start and a smaller image; what the image can do as a virtual machine stays.
 * `lean`: all layers below have been made with `optimizedFromTheStart`.
 */
export const applyOptimizations = (
  { auto_updates: updates, steps }: GoldenImageConfig,
  { lean }: { lean: boolean },
): LayerRecipe =>
  changeRecipe('apply_optimizations', {
    files: [
      grubFile({ hardened: steps.apply_security_hardening, optimized: true }),
      ...(lean ? [] : optimizedFromTheStart),
    ],
    scripts: [
      script('idle units', switchOff(updates)),
      script('left out files', removeLeftOut),
      ...(lean ? [] : [script('module lists', moduleLists), script('initial RAM disk', initramfs)]),
      script('first start', firstStart),
    ],
  });
