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

/** Modules that every start loads for systemd-repart, which only grows the root: the kernel loads them when their device is opened. */
const MODULES_ON_DEMAND = ['dm_mod', 'loop'];

/** The units that nothing may pull in. */
const MASKED_UNITS: readonly string[] = [
  ...UNUSED_UNITS,
  ...MODULES_ON_DEMAND.map((module) => `modprobe@${module}.service`),
];

/** File systems of modules, which every start loads to mount them; mounted by udev when another has the module loaded. */
const MOUNTS_ON_DEMAND: Readonly<Record<string, string>> = {
  configfs: 'sys-kernel-config.mount',
  fuse: 'sys-fs-fuse-connections.mount',
};

// A kernel that has one built in loads nothing, so udev hears nothing: there the start mounts it as before. Only the start's wish is
// masked, not the mount, which services may require.
const mountOnDemand = [
  'wishes=/etc/systemd/system/sysinit.target.wants',
  'mkdir -p "$wishes"',
  'on_demand() {',
  '  [ -z "$(find /usr/lib/modules -name "$1.ko*" -print -quit)" ] || ln -sf /dev/null "$wishes/$2"',
  '}',
  ...Object.entries(MOUNTS_ON_DEMAND).map(([module, mount]) => `on_demand ${module} ${mount}`),
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
    ...mountOnDemand,
    '',
  ].join('\n');
};
