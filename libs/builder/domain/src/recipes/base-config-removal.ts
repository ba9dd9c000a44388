import type { GoldenImageConfig, RecipeFile, RecipeScript } from '@gild/contracts';
import { SUDOERS } from './default-user.js';

/**
 * Removes what the base image's own definition configured and this one does not: network devices, resolvers, and the account
 * of its keys. The quoted marker keeps the shell from reading names; paths of files have no line breaks.
 */
export const baseConfigRemoval = (
  { ssh_public_keys: keys }: GoldenImageConfig,
  {
    files,
    configFiles,
    user,
  }: { files: readonly RecipeFile[]; configFiles: readonly string[]; user: string },
): RecipeScript => {
  const content = [
    '#!/bin/sh',
    'set -eu',
    `kept=$(cat <<'GILD_KEPT'`,
    ...files.map(({ path }) => path),
    'GILD_KEPT',
    ')',
    ...(keys.length > 0
      ? []
      : [`if [ -e ${SUDOERS} ] && id ${user} >/dev/null 2>&1; then userdel --remove ${user}; fi`]),
    `for path in ${[...configFiles, SUDOERS].join(' ')}; do`,
    `  if [ -e "$path" ] && ! printf '%s\\n' "$kept" | grep -Fxq -e "$path"; then rm -f -- "$path"; fi`,
    'done',
    '',
  ].join('\n');
  return { name: 'configuration of the base image', content };
};
