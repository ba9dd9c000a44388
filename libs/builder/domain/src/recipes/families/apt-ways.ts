import type { RecipeFile } from '@gild/contracts';
import { auditRules } from '../hardening/audit-rules.js';
import { dpkgModes } from '../hardening/file-modes.js';
import { LOGIN_SETTINGS } from '../hardening/sessions.js';
import { ALGORITHMS, sshServer } from '../hardening/ssh-server.js';
import { dropIn } from '../optimizing/conditions.js';
import { dpkgFiles } from '../optimizing/left-out-files.js';
import { initramfsToolsFiles } from '../optimizing/virtual-hardware.js';
import type { Ways } from './ways.js';

const IDLE_TIMERS: Readonly<Record<string, readonly string[]>> = {
  apport: ['apport-autoreport.timer'],
  'base-files': ['motd-news.timer'],
  dpkg: ['dpkg-db-backup.timer'],
  fwupd: ['fwupd-refresh.timer'],
  'man-db': ['man-db.timer'],
  'ubuntu-advantage-tools': ['ua-timer.timer', 'ubuntu-advantage.service'],
  'update-notifier-common': ['update-notifier-download.timer', 'update-notifier-motd.timer'],
};

/** Without automatic updates their timers only read package lists that nobody uses. */
const UPDATE_TIMERS = ['apt-daily.timer', 'apt-daily-upgrade.timer'];

/** Holds a shutdown back until an upgrade is through: a program in Python that every start would wait for. */
const GUARD = 'unattended-upgrades.service';

const unitFiles: readonly RecipeFile[] = [
  dropIn('apt-daily-upgrade.service', 'Unit', [`Wants=${GUARD}`, `After=${GUARD}`]),
  // Settings are checked by the server itself, and before a reload; here they would be for a second time.
  dropIn('ssh.service', 'Service', ['ExecStartPre=']),
];

const initramfs = `#!/bin/sh
set -eu
for kernel in /boot/vmlinuz-*; do
  [ ! -f "$kernel" ] || update-initramfs -u -k "\${kernel#/boot/vmlinuz-}"
done
`;

const periodic = (on: boolean): RecipeFile => ({
  path: '/etc/apt/apt.conf.d/20auto-upgrades',
  content: `APT::Periodic::Update-Package-Lists "${on ? 1 : 0}";\nAPT::Periodic::Unattended-Upgrade "${on ? 1 : 0}";\n`,
  mode: '0644',
});

/** The ways of Debian and its kin. */
export const APT_WAYS: Ways = {
  adminGroup: 'sudo',
  clearing: {
    packageManager: ['rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb'],
    caches: ['rm -rf /var/cache/debconf/*-old /var/cache/man/*'],
    artifacts: [
      'rm -f /var/log/alternatives.log /var/log/bootstrap.log /var/log/dpkg.log',
      'rm -rf /var/log/apt/*',
    ],
  },
  configFiles: [
    '/etc/systemd/network/10-gild-*',
    '/etc/systemd/system/systemd-networkd-wait-online.service.d/20-gild-none-required.conf',
    '/etc/systemd/resolved.conf.d/10-gild.conf',
  ],
  // The timers are on unless a base was optimized for having no automatic updates.
  updates: (on, isOnBase) => ({ files: [periodic(on)], enable: isOnBase && on ? UPDATE_TIMERS : [] }),
  optimizing: {
    idleTimers: IDLE_TIMERS,
    updateTimers: UPDATE_TIMERS,
    startedByOthers: [GUARD],
    unitFiles,
    files: [...initramfsToolsFiles, ...dpkgFiles],
    unpacksModules: false,
    initramfs,
  },
  hardening: {
    sshServer: sshServer(ALGORITHMS),
    logins: LOGIN_SETTINGS,
    auditRules: (arch) =>
      auditRules(arch, { network: ['/etc/systemd/network'], policy: ['/etc/apparmor', '/etc/apparmor.d'] }),
    modeFiles: [],
    modes: dpkgModes,
  },
};
