import type { RecipeFile } from '@gild/contracts';

// CIS 1.6.2, 1.6.3: it names no system and no version, and leaves nobody in doubt before he logs in.
const WARNING = `Warning: this is a private system, and access to it is restricted to authorized users.
All connections are monitored and recorded. Whoever continues consents to that; what is
found may be reported to law enforcement. Disconnect now if you are not authorized.
`;

const shell = `# CIS 5.4.3.3: what is not given away is not for others
umask 027
# CIS 5.4.3.2: a shell that was left alone ends
if [ -z "\${TMOUT:-}" ]; then
  TMOUT=900
  export TMOUT
  readonly TMOUT
fi
`;

const limits = `# CIS 1.5.3: no program leaves its memory on the disk
* hard core 0
* soft core 0
root hard core 0
root soft core 0
`;

const coreDumps = `# CIS 1.5.3
[Coredump]
Storage=none
ProcessSizeMax=0
`;

const coreLimit = `# CIS 1.5.3, for services
[Manager]
DefaultLimitCORE=0
`;

const journal = `# CIS 6.1.1: the journal outlives a restart, and is compressed
[Journal]
Storage=persistent
Compress=yes
`;

const sudo = `# CIS 5.2.2: what runs for root has a terminal of its own
Defaults use_pty
# CIS 5.2.3: and is on record
Defaults logfile="/var/log/sudo.log"
`;

/** What a person who logs in meets: a warning, a closed umask, an end to idle shells, and a record. */
export const sessionFiles: readonly RecipeFile[] = [
  { path: '/etc/issue', content: WARNING, mode: '0644' },
  { path: '/etc/issue.net', content: WARNING, mode: '0644' },
  { path: '/etc/profile.d/gild-hardening.sh', content: shell, mode: '0644' },
  { path: '/etc/security/limits.d/10-gild-hardening.conf', content: limits, mode: '0644' },
  { path: '/etc/systemd/coredump.conf.d/10-gild-hardening.conf', content: coreDumps, mode: '0644' },
  { path: '/etc/systemd/system.conf.d/10-gild-hardening.conf', content: coreLimit, mode: '0644' },
  { path: '/etc/systemd/journald.conf.d/10-gild-hardening.conf', content: journal, mode: '0644' },
  { path: '/etc/sudoers.d/10-gild-hardening', content: sudo, mode: '0440' },
];

/**
 * Settings of accounts that are made later. Passwords get no age here, which CIS asks for: the accounts of an image have keys and
 * no password, and one that is too old shuts them out.
 */
export const LOGIN_SETTINGS: Readonly<Record<string, string>> = {
  // CIS 5.4.3.3
  UMASK: '027',
  HOME_MODE: '0750',
  LOG_OK_LOGINS: 'yes',
};

/** Sets each where the file has it, or at its end. */
export const loginSettings = (settings: Readonly<Record<string, string>>): string =>
  [
    '#!/bin/sh',
    'set -eu',
    'set_to() {',
    '  if grep -Eq "^$1[[:space:]]" /etc/login.defs; then',
    '    sed -i -E "s/^$1[[:space:]].*/$1\\t$2/" /etc/login.defs',
    '  else',
    '    printf "%s\\t%s\\n" "$1" "$2" >>/etc/login.defs',
    '  fi',
    '}',
    ...Object.entries(settings).map(([name, value]) => `set_to ${name} ${value}`),
    '',
  ].join('\n');
