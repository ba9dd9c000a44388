import type { RecipeFile, Renderer } from '@gild/contracts';

/** `unit`: what brings the network up. */
type NetworkParts = { files: readonly RecipeFile[]; unit: string };

// Kind=!* leaves out bridges, bonds and the interfaces of containers, which others configure.
const dhcp = `[Match]
Type=ether
Kind=!*

[Network]
DHCP=yes

[DHCPv4]
UseDomains=yes
`;

// One interface is enough to be online, and a machine without any serves what it can after 10 s rather than two minutes.
const waitOnline = `[Service]
ExecStart=
ExecStart=/lib/systemd/systemd-networkd-wait-online --any --timeout=10
`;

const networkd: NetworkParts = {
  files: [
    { path: '/etc/systemd/network/80-gild-dhcp.network', content: dhcp, mode: '0644' },
    {
      path: '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-gild.conf',
      content: waitOnline,
      mode: '0644',
    },
  ],
  unit: 'systemd-networkd.service',
};

// 3: on every interface there is.
const anyEthernet = `[connection]
id=gild-dhcp
type=ethernet
multi-connect=3
autoconnect-priority=-100

[ipv4]
method=auto

[ipv6]
method=auto
`;

// Without the line on defaults it would make a connection of its own for every interface that no file names.
const manager = `[main]
dns=systemd-resolved
no-auto-default=*
`;

const waitForManager = `[Service]
Environment=NM_ONLINE_TIMEOUT=10
`;

const networkManager: NetworkParts = {
  files: [
    { path: '/etc/NetworkManager/conf.d/10-gild.conf', content: manager, mode: '0644' },
    {
      path: '/etc/NetworkManager/system-connections/80-gild-dhcp.nmconnection',
      content: anyEthernet,
      mode: '0600',
    },
    {
      path: '/etc/systemd/system/NetworkManager-wait-online.service.d/10-gild.conf',
      content: waitForManager,
      mode: '0644',
    },
  ],
  unit: 'NetworkManager.service',
};

const PARTS: Readonly<Record<Renderer, NetworkParts>> = { networkd, NetworkManager: networkManager };

/** DHCP on every Ethernet interface, unless a file of the image's definition says otherwise; and what resolves names. */
export const networkParts = (
  renderer: Renderer,
): { files: readonly RecipeFile[]; units: readonly string[] } => {
  const { files, unit } = PARTS[renderer];
  return { files, units: [unit, 'systemd-resolved.service'] };
};
