import type { RecipeFile, RpmRelease } from '@gild/contracts';
import { auditRules } from '../hardening/audit-rules.js';
import { modeFiles, plainModes } from '../hardening/file-modes.js';
import { LOGIN_SETTINGS } from '../hardening/sessions.js';
import { sshServer } from '../hardening/ssh-server.js';
import { rpmFiles } from '../optimizing/left-out-files.js';
import { dracutFiles } from '../optimizing/virtual-hardware.js';
import type { Ways } from './ways.js';

/** The indexes a person waits for less; automatic updates read them themselves. */
const IDLE_TIMERS: Readonly<Record<string, readonly string[]>> = {
  dnf: ['dnf-makecache.timer', 'dnf5-makecache.timer'],
  fwupd: ['fwupd-refresh.timer'],
  mdadm: ['raid-check.timer'],
  mlocate: ['mlocate-updatedb.timer'],
  plocate: ['plocate-updatedb.timer'],
};

const initramfs = `#!/bin/sh
set -eu
for kernel in /boot/vmlinuz-*; do
  version=\${kernel#/boot/vmlinuz-}
  [ ! -f "$kernel" ] ||
    dracut --force --quiet --no-hostonly --reproducible --kver "$version" "/boot/initramfs-$version.img"
done
`;

/** Untold, what was done would be mailed, which fails where no mail server is. */
const TO_JOURNAL = '[emitters]\nemit_via = stdio\n';

const automatic = (on: boolean): RecipeFile => {
  const word = on ? 'yes' : 'no';
  return {
    path: '/etc/dnf/automatic.conf',
    content: `[commands]\ndownload_updates = ${word}\napply_updates = ${word}\n\n${TO_JOURNAL}`,
    mode: '0644',
  };
};

/** The ways of Fedora and Enterprise Linux. */
export const rpmWays = ({ updateTimer }: RpmRelease): Ways => ({
  adminGroup: 'wheel',
  clearing: {
    packageManager: ['rm -rf /var/cache/dnf/* /var/cache/libdnf5/* /var/cache/yum/*'],
    caches: ['rm -rf /var/cache/man/*'],
    artifacts: ['rm -f /var/log/dnf*.log* /var/log/hawkey.log*'],
  },
  configFiles: [
    '/etc/NetworkManager/conf.d/20-gild-off.conf',
    '/etc/NetworkManager/system-connections/10-gild-*',
    '/etc/systemd/network/10-gild-*',
    '/etc/systemd/system/NetworkManager-wait-online.service.d/20-gild-none-required.conf',
    '/etc/systemd/system/systemd-networkd-wait-online.service.d/20-gild-none-required.conf',
    '/etc/systemd/resolved.conf.d/10-gild.conf',
  ],
  // Off has to be said too: on a base image the timer may be on.
  updates: (on) => ({ files: [automatic(on)], enable: on ? [updateTimer] : [] }),
  optimizing: {
    idleTimers: IDLE_TIMERS,
    updateTimers: [updateTimer],
    startedByOthers: [],
    unitFiles: [],
    files: [...dracutFiles, ...rpmFiles],
    unpacksModules: true,
    initramfs,
  },
  hardening: {
    // Which algorithms there are the system's crypto policy says, for every program alike; it has none of those left out elsewhere.
    sshServer: sshServer(),
    // Homes are closed already, and stay so.
    logins: { ...LOGIN_SETTINGS, HOME_MODE: '0700' },
    auditRules: (arch) =>
      auditRules(arch, {
        network: ['/etc/systemd/network', '/etc/NetworkManager'],
        policy: ['/etc/selinux'],
      }),
    modeFiles,
    modes: plainModes,
  },
});
