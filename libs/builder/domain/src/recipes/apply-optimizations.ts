import {
  changeRecipe,
  type GoldenImageConfig,
  type LayerRecipe,
  type RecipeFile,
  type RecipeScript,
  type Release,
} from '@gild/contracts';
import { waysOf } from './families/ways-of.js';
import { grubFile } from './kernel-command-line.js';
import { conditionFiles, idleRuleFiles, moduleFiles } from './optimizing/conditions.js';
import { coldplug } from './optimizing/device-events.js';
import { switchOff } from './optimizing/idle-units.js';
import { moduleLists, removeLeftOut } from './optimizing/left-out-files.js';

// Of what systemd does at the start after an upgrade of /usr, packages leave it the accounts alone. These two files, as new as /usr,
// say that it is done; at a first start they would be missing.
const firstStart = `#!/bin/sh
set -eu
systemd-sysusers
touch -r /usr /etc/.updated /var/.updated
`;

const FEWER_THINGS_TO_START = [...conditionFiles, ...idleRuleFiles, ...moduleFiles];

const script = (name: string, content: string): RecipeScript => ({ name, content });

/** Settings that packages read when they are installed. */
export const optimizedFromTheStart = (release: Release): readonly RecipeFile[] =>
  waysOf(release).optimizing.files;

/**
 * A faster start and a smaller image; what the image can do as a virtual machine stays.
 * `lean`: all layers below have been made with `optimizedFromTheStart`.
 */
export const applyOptimizations = (
  { auto_updates: updates, steps }: GoldenImageConfig,
  release: Release,
  { lean }: { lean: boolean },
): LayerRecipe => {
  const { files, initramfs, unpacksModules, unitFiles, ...units } = waysOf(release).optimizing;
  return changeRecipe('apply_optimizations', {
    files: [
      grubFile({ hardened: steps.apply_security_hardening, optimized: true }),
      ...FEWER_THINGS_TO_START,
      ...unitFiles,
      ...(lean ? [] : files),
    ],
    scripts: [
      script('idle units', switchOff(units, updates)),
      script('device events', coldplug),
      script('left out files', removeLeftOut),
      ...(lean && !unpacksModules ? [] : [script('module lists', moduleLists)]),
      ...(lean ? [] : [script('initial RAM disk', initramfs)]),
      script('first start', firstStart),
    ],
  });
};
