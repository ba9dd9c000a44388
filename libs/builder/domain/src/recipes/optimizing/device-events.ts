/**
 * At the start udev goes through the rules for everything the kernel has, most of which has neither a rule nor a module to load.
 * These kinds are passed over then; their later events are not.
 */
export const SILENT_KINDS = [
  // Not devices.
  ...['module', 'subsystem', 'drivers', 'workqueue', 'event_source', 'clockevents', 'clocksource'],
  // Parts of a device that has an event of its own.
  ...['wakeup', 'container', 'ata_port', 'ata_link', 'ata_device'],
];

/** In the initial RAM disk only what leads to a disk, or lets a keyboard type, has something to load. */
export const SILENT_IN_RAM_DISK = [...SILENT_KINDS, 'tty', 'vc', 'mem', 'memory', 'bdi'];

/**
 * The modules that rules of the distributions, of packages and of manuals are known for. Their events are asked for by name: one that was loaded before
 * udev listened, or is built in, has had none.
 */
export const RULED_MODULES = [
  ...['block', 'fuse', 'configfs', 'nvme_tcp', 'parport_pc', 'bridge'],
  // Those of rules that sysctl.d(5) has administrators write, for settings that come with a module.
  ...['br_netfilter', 'nf_conntrack'],
  // Those of 60-nfs.rules.
  ...['sunrpc', 'rpcrdma', 'lockd', 'nfsv4', 'nfs'],
];

const passOver = (kinds: readonly string[]): string =>
  kinds.map((kind) => `--subsystem-nomatch=${kind}`).join(' ');

const MODULE_EVENTS = [
  '--type=subsystems --action=add --subsystem-match=module',
  ...RULED_MODULES.map((name) => `--sysname-match=${name}`),
].join(' ');

/** The unit's own commands with what they pass over, and one for modules; a unit of another shape stays as it is. */
export const coldplug = `#!/bin/sh
set -eu
unit=/usr/lib/systemd/system/systemd-udev-trigger.service
folder=/etc/systemd/system/systemd-udev-trigger.service.d
[ -f "$unit" ] || exit 0
commands=$(sed -n '/^ExecStart=/{s/udevadm trigger .*/& ${passOver(SILENT_KINDS)}/;p;}' "$unit")
modules=$(sed -n 's/^ExecStart=-*\\(.*udevadm trigger\\) .*/ExecStart=-\\1 ${MODULE_EVENTS}/p' "$unit" | tail -n 1)
[ -n "$modules" ] || exit 0
mkdir -p "$folder"
printf '[Service]\\nExecStart=\\n%s\\n%s\\n' "$commands" "$modules" >"$folder/00-gild-optimized.conf"
`;

/** The line of a hook that has the initial RAM disk do the same; nothing is done to one of another shape. */
export const coldplugInRamDisk = `script="$DESTDIR/scripts/init-top/udev"
[ ! -f "$script" ] || sed -i 's/udevadm trigger .*/& ${passOver(SILENT_IN_RAM_DISK)}/' "$script"
`;
