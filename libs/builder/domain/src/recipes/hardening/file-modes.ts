import type { RecipeFile, RecipeScript } from '@gild/contracts';

/** Modes tighter than packages give, by path (CIS 2.4.1, 5.1.1, 5.2, 7.1). Upgrades of packages do not end them. */
export const FILE_MODES: Readonly<Record<string, string>> = {
  '/etc/cron.d': '0700',
  '/etc/cron.daily': '0700',
  '/etc/cron.hourly': '0700',
  '/etc/cron.monthly': '0700',
  '/etc/cron.weekly': '0700',
  '/etc/crontab': '0600',
  '/etc/ssh/sshd_config': '0600',
  '/etc/sudoers.d': '0750',
};

/** dpkg gives what it unpacks the mode that is written down, whatever its packages say. */
const statOverrides = [
  '#!/bin/sh',
  'set -eu',
  ...Object.entries(FILE_MODES).flatMap(([path, mode]) => [
    `dpkg-statoverride --list ${path} >/dev/null || dpkg-statoverride --add root root ${mode} ${path}`,
    `[ ! -e ${path} ] || chmod ${mode} ${path}`,
  ]),
  '',
].join('\n');

export const dpkgModes: RecipeScript = { name: 'file modes', content: statOverrides };

/** rpm gives what it unpacks the mode of the package; every start sets them again. */
export const modeFiles: readonly RecipeFile[] = [
  {
    path: '/etc/tmpfiles.d/gild-hardening.conf',
    content: Object.entries(FILE_MODES)
      .map(([path, mode]) => `z ${path} ${mode} root root\n`)
      .join(''),
    mode: '0644',
  },
];

export const plainModes: RecipeScript = {
  name: 'file modes',
  content: [
    '#!/bin/sh',
    'set -eu',
    ...Object.entries(FILE_MODES).map(([path, mode]) => `[ ! -e ${path} ] || chmod ${mode} ${path}`),
    '',
  ].join('\n'),
};

/**
 * Lines of fstab by where they mount (CIS 1.1.2.1, 1.1.2.2): no device and no raised rights from where everybody may write. /tmp
 * stays on the root file system, as programs of others unpack gigabytes there; installers run what they unpack, so it keeps that
 * right, which shared memory has no use for.
 */
export const MOUNTS: Readonly<Record<string, string>> = {
  '/tmp': '/tmp /tmp none bind,nosuid,nodev 0 0',
  '/dev/shm': 'tmpfs /dev/shm tmpfs nosuid,nodev,noexec 0 0',
};

/** Adds the lines beside those that are there; whoever mounts something there himself knows why. */
export const mounts = [
  '#!/bin/sh',
  'set -eu',
  'touch /etc/fstab',
  ...Object.entries(MOUNTS).map(
    ([path, line]) =>
      `grep -Eq '^[^#[:space:]]+[[:space:]]+${path}[[:space:]]' /etc/fstab || echo '${line}' >>/etc/fstab`,
  ),
  '',
].join('\n');
