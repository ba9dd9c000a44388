import { changeRecipe, type GoldenImageConfig, type LayerRecipe, type Release } from '@gild/contracts';
import { waysOf } from './families/ways-of.js';

/** What the definition wants gone from the finished tree, each by its own switch. */
export const cleanup = (definition: GoldenImageConfig, release: Release): LayerRecipe => {
  const { steps, cleanup_package_manager: packageManager } = definition;
  const { clearing } = waysOf(release);
  const removals = [
    ...(packageManager ? clearing.packageManager : []),
    ...(steps.cleanup_caches ? clearing.caches : []),
    ...(steps.cleanup_temp_files ? ['find /tmp /var/tmp -mindepth 1 -delete'] : []),
    ...(steps.remove_build_artifacts ? clearing.artifacts : []),
  ];
  const content = ['#!/bin/sh', 'set -eu', ...removals, ''].join('\n');
  return changeRecipe('cleanup', { scripts: removals.length === 0 ? [] : [{ name: 'cleanup', content }] });
};
