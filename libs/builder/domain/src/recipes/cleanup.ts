import type { GoldenImageConfig, LayerRecipe } from '@gild/contracts';
import { changeRecipe } from './empty-recipe.js';

/** What the definition wants gone from the finished tree, each by its own switch. */
export const cleanup = (definition: GoldenImageConfig): LayerRecipe => {
  const { steps, cleanup_package_manager: packageManager } = definition;
  const removals = [
    ...(packageManager
      ? ['rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb']
      : []),
    ...(steps.cleanup_caches ? ['rm -rf /var/cache/debconf/*-old /var/cache/man/*'] : []),
    ...(steps.cleanup_temp_files ? ['find /tmp /var/tmp -mindepth 1 -delete'] : []),
    ...(steps.remove_build_artifacts
      ? ['rm -f /var/log/alternatives.log /var/log/bootstrap.log /var/log/dpkg.log', 'rm -rf /var/log/apt/*']
      : []),
  ];
  const content = ['#!/bin/sh', 'set -eu', ...removals, ''].join('\n');
  return changeRecipe('cleanup', { scripts: removals.length === 0 ? [] : [{ name: 'cleanup', content }] });
};
