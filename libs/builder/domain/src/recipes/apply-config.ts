import {
  changeRecipe,
  type GoldenImageConfig,
  type LayerRecipe,
  type RecipeFile,
  type Release,
  rendererOf,
} from '@gild/contracts';
import { networkFiles } from '../network/network-files.js';
import { baseConfigRemoval } from './base-config-removal.js';
import { userAccount } from './default-user.js';
import { waysOf } from './families/ways-of.js';

const file = (path: string, content: string, mode = '0644'): RecipeFile => ({ path, content, mode });

/**
 * What the definition says about the machine: name, user, network, resolvers, updates, and the file that names the image. On
 * a base image it replaces what the base's definition said.
 */
export const applyConfig = (
  definition: GoldenImageConfig,
  release: Release,
  isOnBase = false,
): LayerRecipe => {
  const { adminGroup, configFiles, updates } = waysOf(release);
  const account = userAccount(definition, { user: release.defaultUser, adminGroup });
  const automaticUpdates = updates(definition.auto_updates, isOnBase);
  const files = [
    file('/etc/gild-release', releaseFile(definition)),
    ...hostName(definition),
    file('/etc/ssh/sshd_config.d/10-gild.conf', SSHD),
    ...automaticUpdates.files,
    ...networkFiles(definition.network_config, rendererOf(release)),
    ...resolvers(definition),
    ...account.files,
  ];
  return changeRecipe('apply_config', {
    packages:
      definition.auto_updates && !definition.steps.install_dependencies
        ? release.packages.automaticUpdates
        : [],
    files,
    scripts: [
      ...(isOnBase ? [baseConfigRemoval(definition, { files, configFiles, user: release.defaultUser })] : []),
      ...account.scripts,
    ],
    enable: automaticUpdates.enable,
  });
};

const SSHD =
  'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n';

const releaseFile = ({ name, description, labels }: GoldenImageConfig): string => {
  const lines = [`NAME=${quoted(name)}`];
  if (description !== undefined) lines.push(`DESCRIPTION=${quoted(description)}`);
  for (const [key, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    lines.push(`LABEL_${labelKey(key)}=${quoted(value)}`);
  return `${lines.join('\n')}\n`;
};

/** Quoting of os-release(5): double quotes, with a backslash before what a shell would read. */
const quoted = (text: string): string => `"${text.replace(/["\\$`]/g, '\\$&').replace(/\p{Cc}/gu, ' ')}"`;
const labelKey = (key: string): string => key.toUpperCase().replace(/[^A-Z0-9]/g, '_');

const LONGEST_HOST_NAME = 63;

/** The image's name as far as it is a host name; a machine may be given another one at any time. */
const hostName = ({ name }: GoldenImageConfig): RecipeFile[] => {
  const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const host = label.slice(0, LONGEST_HOST_NAME).replace(/^-+|-+$/g, '') || 'localhost';
  return [file('/etc/hostname', `${host}\n`), file('/etc/hosts', hosts(host))];
};

const hosts = (host: string): string =>
  `127.0.0.1 localhost\n127.0.1.1 ${host}\n::1 localhost ip6-localhost ip6-loopback\n`;

/** `~.` routes every name to these resolvers, also when DHCP names others. */
const resolvers = ({ dns_servers: servers }: GoldenImageConfig): RecipeFile[] =>
  servers.length === 0
    ? []
    : [
        file(
          '/etc/systemd/resolved.conf.d/10-gild.conf',
          `[Resolve]\nDNS=${servers.join(' ')}\nDomains=~.\n`,
        ),
      ];
