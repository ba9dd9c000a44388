import type { RecipeFile } from '@gild/contracts';

type Arch = 'x86_64' | 'aarch64';

/** Calls that only the older architecture has; on the other one a rule that names them would not load. */
const OLDER_CALLS: Readonly<Record<Arch, Readonly<Record<'modes' | 'removals', readonly string[]>>>> = {
  x86_64: { modes: ['chmod', 'chown', 'lchown'], removals: ['unlink', 'rename', 'rmdir'] },
  aarch64: { modes: [], removals: [] },
};

const files = (reason: string, key: string, paths: readonly string[]): string[] => [
  `# ${reason}`,
  ...paths.map((path) => `-w ${path} -p wa -k ${key}`),
];

const calls = (reason: string, key: string, names: readonly string[]): string[] => [
  `# ${reason}`,
  `-a always,exit -F arch=b64 ${names.map((name) => `-S ${name}`).join(' ')} -k ${key}`,
];

/** By people, that is by accounts that logged in: what services do is not recorded call by call. */
const callsOfPeople = (reason: string, key: string, names: readonly string[]): string[] =>
  calls(reason, key, names).map((line) => line.replace(' -k ', ' -F auid>=1000 -F auid!=unset -k '));

/** Files that only some distributions have. */
type Places = { network: readonly string[]; policy: readonly string[] };

const rules = (arch: Arch, { network, policy }: Places): readonly string[] => [
  ...files('CIS 6.2.3.1: who may act as others', 'scope', ['/etc/sudoers', '/etc/sudoers.d']),
  ...files('CIS 6.2.3.3: what was done as others', 'sudo-log', ['/var/log/sudo.log']),
  ...callsOfPeople('CIS 6.2.3.4: the time', 'time-change', ['adjtimex', 'settimeofday']),
  ...files('CIS 6.2.3.4: the time zone', 'time-change', ['/etc/localtime']),
  ...calls('CIS 6.2.3.5: the name', 'system-locale', ['sethostname', 'setdomainname']),
  ...files('CIS 6.2.3.5: the network', 'system-locale', ['/etc/hosts', '/etc/hostname', ...network]),
  ...files('CIS 6.2.3.8: accounts', 'identity', [
    ...['/etc/group', '/etc/passwd', '/etc/gshadow', '/etc/shadow', '/etc/security/opasswd'],
    ...['/etc/nsswitch.conf', '/etc/pam.conf', '/etc/pam.d'],
  ]),
  ...callsOfPeople('CIS 6.2.3.9: owners, modes and attributes', 'permissions', [
    ...OLDER_CALLS[arch].modes,
    'fchmod',
    'fchmodat',
    'fchown',
    'fchownat',
    'setxattr',
    'removexattr',
  ]),
  ...callsOfPeople('CIS 6.2.3.10: mounts', 'mounts', ['mount']),
  ...files('CIS 6.2.3.12: logins', 'logins', ['/var/log/lastlog', '/var/log/wtmp', '/var/log/btmp']),
  ...callsOfPeople('CIS 6.2.3.13: removals', 'removals', [
    ...OLDER_CALLS[arch].removals,
    'unlinkat',
    'renameat',
  ]),
  ...files('CIS 6.2.3.14: mandatory access control', 'mac-policy', policy),
  ...callsOfPeople('CIS 6.2.3.19: kernel modules', 'modules', [
    'init_module',
    'finit_module',
    'delete_module',
  ]),
];

const file = (path: string, lines: readonly string[]): RecipeFile => ({
  path,
  content: `${lines.join('\n')}\n`,
  mode: '0640',
});

/** Rules of one's own go between these two files: after the last, nothing can be changed until the next start. */
export const auditRules = (arch: Arch, places: Places): readonly RecipeFile[] => [
  file('/etc/audit/rules.d/50-gild-hardening.rules', rules(arch, places)),
  file('/etc/audit/rules.d/99-gild-finalize.rules', ['# CIS 6.2.3.20', '-e 2']),
];
