import type { OptimizingWays } from '../families/ways.js';

/**
 * Units every start has that a server without a screen makes no use of: kernel debugging, whose file systems are mounted by hand
 * when they are wanted, graphics, whose driver is loaded anyway where there is a card, and the progress of checking a file system.
 */
const UNUSED_UNITS = [
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'modprobe@drm.service',
  'systemd-fsckd.socket',
];

/**
 * Mounts of a module, which every start loads for them. The event of the module has udev mount it, loaded or
 * built in. Only the start's wish is masked, not the mount, which services may require. configfs is not among them: built in, it
 * has no event.
 */
const MOUNTS_ON_DEMAND = ['sys-fs-fuse-connections.mount'];
const WISHES = '/etc/systemd/system/sysinit.target.wants';

type Idle = Pick<OptimizingWays, 'idleTimers' | 'updateTimers' | 'startedByOthers'>;

/** Switches units off: those that are installed disabled, those that others pull in masked. */
export const switchOff = (
  { idleTimers, updateTimers, startedByOthers }: Idle,
  autoUpdates: boolean,
): string => {
  const timers = [...Object.values(idleTimers).flat(), ...(autoUpdates ? [] : updateTimers)];
  return [
    '#!/bin/sh',
    'set -eu',
    `for unit in ${[...timers, ...startedByOthers].join(' ')}; do`,
    '  [ ! -e "/usr/lib/systemd/system/$unit" ] || systemctl --root=/ disable "$unit"',
    'done',
    `systemctl --root=/ mask ${UNUSED_UNITS.join(' ')}`,
    `mkdir -p ${WISHES}`,
    ...MOUNTS_ON_DEMAND.map((mount) => `ln -sf /dev/null ${WISHES}/${mount}`),
    '',
  ].join('\n');
};
