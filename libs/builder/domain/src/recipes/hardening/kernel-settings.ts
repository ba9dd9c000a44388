import type { RecipeFile } from '@gild/contracts';

/** Every setting with what recommends it. Forwarding is off in the kernel already, and left to the services that need it. */
type Setting = readonly [key: string, value: number, reason: string];

type Suffix = readonly [family: 'ipv4' | 'ipv6', name: string];
const FOR_EVERY_INTERFACE = ['all', 'default'];

const ofInterfaces = (setting: Suffix, value: number, reason: string): Setting[] => {
  const [family, name] = setting;
  return FOR_EVERY_INTERFACE.map((each) => [`net.${family}.conf.${each}.${name}`, value, reason]);
};

export const KERNEL_SETTINGS: readonly Setting[] = [
  ['kernel.randomize_va_space', 2, 'CIS 1.5.1: addresses of programs cannot be guessed'],
  ['kernel.yama.ptrace_scope', 1, 'CIS 1.5.2: a program reads the memory of none but its children'],
  ['fs.suid_dumpable', 0, 'CIS 1.5.3: programs with raised rights leave no memory on the disk'],
  ['kernel.core_uses_pid', 1, 'Debian hardening: a core dump overwrites no other'],
  ['kernel.dmesg_restrict', 1, 'KSPP: kernel messages, which hold addresses, are for root'],
  ['kernel.kptr_restrict', 2, 'KSPP: nobody is shown kernel addresses'],
  ['kernel.perf_event_paranoid', 3, 'Debian hardening: no profiling of the kernel by users'],
  ['kernel.sysrq', 0, 'Debian hardening: a console key combination cannot stop the machine'],
  ['kernel.unprivileged_bpf_disabled', 1, 'KSPP: no BPF programs of users'],
  ['net.core.bpf_jit_harden', 2, 'KSPP: constants of BPF programs cannot become code'],
  ['dev.tty.ldisc_autoload', 0, 'KSPP: users load no line disciplines, old code with a history of holes'],
  ...ofInterfaces(['ipv4', 'send_redirects'], 0, 'CIS 3.3.2: a server is no router'),
  ...ofInterfaces(['ipv4', 'accept_redirects'], 0, 'CIS 3.3.5: nobody else changes its routes'),
  ...ofInterfaces(['ipv6', 'accept_redirects'], 0, 'CIS 3.3.5: nobody else changes its routes'),
  ...ofInterfaces(['ipv4', 'secure_redirects'], 0, 'CIS 3.3.6: not even its gateway'),
  ...ofInterfaces(['ipv4', 'rp_filter'], 1, 'CIS 3.3.7: no packet from where its answer would not go'),
  ...ofInterfaces(['ipv4', 'accept_source_route'], 0, 'CIS 3.3.8: no packet chooses its way'),
  ...ofInterfaces(['ipv6', 'accept_source_route'], 0, 'CIS 3.3.8: no packet chooses its way'),
  ...ofInterfaces(['ipv4', 'log_martians'], 1, 'CIS 3.3.9: packets with impossible addresses are told'),
  ['net.ipv4.icmp_ignore_bogus_error_responses', 1, 'CIS 3.3.3: false reports fill no log'],
  ['net.ipv4.icmp_echo_ignore_broadcasts', 1, 'CIS 3.3.4: it amplifies no flood'],
  ['net.ipv4.tcp_syncookies', 1, 'CIS 3.3.10: half-open connections use up nothing'],
];

const LINKS: readonly Setting[] = [
  ['fs.protected_hardlinks', 1, 'nobody links what he may not write'],
  ['fs.protected_symlinks', 1, 'links of others are not followed in /tmp'],
  ['fs.protected_regular', 2, 'files of others are not written to in /tmp'],
  ['fs.protected_fifos', 2, 'pipes of others are not written to in /tmp'],
];

const sysctlFile = (path: string, settings: readonly Setting[]): RecipeFile => ({
  path,
  content: settings.map(([key, value, reason]) => `# ${reason}\n${key} = ${value}\n`).join(''),
  mode: '0644',
});

/** The second replaces the distribution's file of that name, which would be read after the first. */
export const kernelSettings: readonly RecipeFile[] = [
  sysctlFile('/etc/sysctl.d/60-gild-hardening.conf', KERNEL_SETTINGS),
  sysctlFile('/etc/sysctl.d/99-protect-links.conf', LINKS),
];
