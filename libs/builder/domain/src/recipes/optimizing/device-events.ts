import type { RecipeFile } from '@gild/contracts';

/**
 * At the start udev goes through the rules for everything the kernel has, most of which has neither a rule nor a module to load.
 * These kinds are passed over then; their later events are not.
 */
export const SILENT_KINDS = [
  // Not devices.
  ...['module', 'subsystem', 'drivers', 'workqueue', 'event_source', 'clockevents', 'clocksource'],
  // Parts of a device that has an event of its own.
  ...['wakeup', 'container', 'ata_port', 'ata_link', 'ata_device'],
  // What is shown on a screen, for readers of Braille.
  'vc',
];

/** In the initial RAM disk only what leads to a disk, or lets a keyboard type, has something to load. */
export const SILENT_IN_RAM_DISK = [...SILENT_KINDS, 'tty', 'mem', 'memory', 'bdi'];

const passOver = (kinds: readonly string[]): string =>
  kinds.map((kind) => `--subsystem-nomatch=${kind}`).join(' ');

/** The unit's own commands with what they pass over; a unit of another shape stays as it is. */
export const coldplug = `#!/bin/sh
set -eu
unit=/usr/lib/systemd/system/systemd-udev-trigger.service
folder=/etc/systemd/system/systemd-udev-trigger.service.d
[ -f "$unit" ] || exit 0
commands=$(sed -n '/^ExecStart=/{s/udevadm trigger .*/& ${passOver(SILENT_KINDS)}/;p;}' "$unit")
[ -n "$commands" ] || exit 0
mkdir -p "$folder"
printf '[Service]\\nExecStart=\\n%s\\n' "$commands" >"$folder/10-gild-optimized.conf"
`;

/** The line of a hook that has the initial RAM disk do the same; nothing is done to one of another shape. */
export const coldplugInRamDisk = `sed -i 's/udevadm trigger .*/& ${passOver(SILENT_IN_RAM_DISK)}/' "$DESTDIR/scripts/init-top/udev"
`;

/** Of the kinds passed over one rule is for every machine: that drives are asked whether their medium has been changed. */
export const mediaFiles: readonly RecipeFile[] = [
  {
    path: '/etc/tmpfiles.d/gild-optimized.conf',
    content: 'w /sys/module/block/parameters/events_dfl_poll_msecs - - - - 2000\n',
    mode: '0644',
  },
];
