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
 * Modules that every start loads for whoever might want them later. The kernel loads them itself when their device is opened or a
 * module builds on them; udev then mounts what belongs to them.
 */
const MODULES_ON_DEMAND = ['configfs', 'dm_mod', 'fuse', 'loop'];

/** The units that nothing may pull in. */
export const MASKED_UNITS: readonly string[] = [
  ...UNUSED_UNITS,
  ...MODULES_ON_DEMAND.map((module) => `modprobe@${module}.service`),
];

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
    `systemctl --root=/ mask ${MASKED_UNITS.join(' ')}`,
    '',
  ].join('\n');
};
