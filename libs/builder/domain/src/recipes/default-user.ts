import type { GoldenImageConfig, RecipeFile, RecipeScript } from '@gild/contracts';

/** There exactly where the account is one that a definition's keys were given to. */
export const SUDOERS = '/etc/sudoers.d/90-gild';

/** Who the keys are for, and the group of those who may become root. */
type Owner = { user: string; adminGroup: string };
type Account = { files: readonly RecipeFile[]; scripts: readonly RecipeScript[] };

/** Keys were parsed as OpenSSH keys, one line each; the quoted marker keeps the shell from reading them. */
const script = ({ user, adminGroup }: Owner, keys: readonly string[]): string =>
  [
    '#!/bin/sh',
    'set -eu',
    `id ${user} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --groups ${adminGroup} ${user}`,
    // Not locked, which sshd may refuse, but without a password that fits. The day it was set is no news either.
    `usermod --password '*' ${user}`,
    `chage --lastday 2020-01-01 ${user}`,
    `install -d -m 0700 -o ${user} -g ${user} /home/${user}/.ssh`,
    `cat > /home/${user}/.ssh/authorized_keys <<'GILD_KEYS'`,
    ...keys.map((key) => key.trim()),
    'GILD_KEYS',
    `chown ${user}:${user} /home/${user}/.ssh/authorized_keys`,
    `chmod 0600 /home/${user}/.ssh/authorized_keys`,
    '',
  ].join('\n');

/** The account of the ssh keys: may become root, has no password. Without keys there is none, as nobody could log in. */
export const userAccount = ({ ssh_public_keys: keys }: GoldenImageConfig, owner: Owner): Account => {
  if (keys.length === 0) return { files: [], scripts: [] };
  const sudoers = {
    path: SUDOERS,
    content: `${owner.user} ALL=(ALL) NOPASSWD:ALL\n`,
    mode: '0440',
  };
  return { files: [sudoers], scripts: [{ name: 'default user', content: script(owner, keys) }] };
};
