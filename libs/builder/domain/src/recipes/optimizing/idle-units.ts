import type { OptimizingWays } from '../families/ways.js';

/**
 * Units every start has that a server without a screen makes no use of: kernel debugging, whose file systems are mounted by hand
 * when they are wanted, and graphics, whose driver is loaded anyway where there is a card.
 */
export const UNUSED_UNITS = ['sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'modprobe@drm.service'];

/** Switches units off: those that are installed disabled, those that others pull in masked. */
export const switchOff = (
  { idleTimers, updateTimers }: Pick<OptimizingWays, 'idleTimers' | 'updateTimers'>,
  autoUpdates: boolean,
): string => {
  const timers = [...Object.values(idleTimers).flat(), ...(autoUpdates ? [] : updateTimers)];
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
