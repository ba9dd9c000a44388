import type { RecipeFile } from '@gild/contracts';

type Setting = `${string}=${string}`;

/**
 * More settings of a unit, in a file beside it that upgrades leave alone; where there is no such unit it does nothing. It is read
 * first: what an administrator's own files say of the unit stays in force, but conditions and dependencies add up.
 */
export const dropIn = (
  unit: string,
  section: 'Unit' | 'Service',
  settings: readonly Setting[],
): RecipeFile => ({
  path: `/etc/systemd/system/${unit}.d/00-gild-optimized.conf`,
  content: `[${section}]\n${settings.join('\n')}\n`,
  mode: '0644',
});

/** What the kernel's command line or the hypervisor may say of the network before any file does. */
const NETWORK_PARAMETERS = [
  ...['ip', 'rd.route', 'nameserver', 'rd.peerdns', 'vlan', 'bond', 'bridge', 'team', 'bootdev', 'ifname'],
  // The generator takes either spelling.
  ...['net.ifname_policy', 'net.ifname-policy'],
];
const NETWORK_CREDENTIALS = [
  '/run/credentials/@*/network.*',
  ...['/etc', '/run', '/usr/local/lib', '/usr/lib'].map((folder) => `${folder}/credstore*/network.*`),
];

/** Units that have something to do on few machines, which the others need not start to find that out. */
export const conditionFiles: readonly RecipeFile[] = [
  dropIn('systemd-network-generator.service', 'Unit', [
    ...NETWORK_PARAMETERS.map((name): Setting => `ConditionKernelCommandLine=|${name}`),
    ...NETWORK_CREDENTIALS.map((files): Setting => `ConditionPathExistsGlob=|${files}`),
  ]),
  // Where the firmware's variables may keep what a panic said.
  dropIn('modprobe@efi_pstore.service', 'Unit', ['ConditionPathIsDirectory=/sys/firmware/efi']),
];

/** Rules of udev that start a program at every start for what no program on a server asks; a file of this name takes their place. */
const IDLE_RULES: Readonly<Record<string, string>> = {
  '70-memory.rules': 'The memory modules, of which a hypervisor has none',
  '85-hwclock.rules': 'The clock, which systemd has set already',
};

/** Files of the names of idle rules, with no rule in them. */
export const idleRuleFiles: readonly RecipeFile[] = Object.entries(IDLE_RULES).map(([name, what]) => ({
  path: `/etc/udev/rules.d/${name}`,
  content: `# ${what}: nothing is run for it.\n`,
  mode: '0644',
}));

/** networkd asks the kernel for wireless networks, which then loads all it has for them, though no driver is there to use it. */
export const moduleFiles: readonly RecipeFile[] = [
  {
    path: '/etc/modprobe.d/gild-optimized.conf',
    content:
      '# Loaded by drivers that need it, not by programs that ask whether it is there.\nblacklist cfg80211\n',
    mode: '0644',
  },
];
