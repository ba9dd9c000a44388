/** Timers that do nothing for an image that is replaced rather than tended, by the package that brings them. */
export const IDLE_TIMERS: Readonly<Record<string, readonly string[]>> = {
  apport: ['apport-autoreport.timer'],
  'base-files': ['motd-news.timer'],
  dpkg: ['dpkg-db-backup.timer'],
  fwupd: ['fwupd-refresh.timer'],
  'man-db': ['man-db.timer'],
  'ubuntu-advantage-tools': ['ua-timer.timer', 'ubuntu-advantage.service'],
  'update-notifier-common': ['update-notifier-download.timer', 'update-notifier-motd.timer'],
};

/** Without automatic updates their timers only read package lists that nobody uses. */
export const UPDATE_TIMERS = ['apt-daily.timer', 'apt-daily-upgrade.timer'];

/**
 * Units every start has that a server without a screen makes no use of: kernel debugging, whose file systems are mounted by hand
 * when they are wanted, and graphics, whose driver is loaded anyway where there is a card.
 */
export const UNUSED_UNITS = ['sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'modprobe@drm.service'];

/** Switches units off: those that are installed disabled, those that others pull in masked. */
export const switchOff = (autoUpdates: boolean): string => {
  const timers = [...Object.values(IDLE_TIMERS).flat(), ...(autoUpdates ? [] : UPDATE_TIMERS)];
  return [
    '#!/bin/sh',
    'set -eu',
    `for unit in ${timers.join(' ')}; do`,
    '  [ ! -e "/usr/lib/systemd/system/$unit" ] || systemctl --root=/ disable "$unit"',
    'done',
    `systemctl --root=/ mask ${UNUSED_UNITS.join(' ')}`,
    '',
  ].join('\n');
};
