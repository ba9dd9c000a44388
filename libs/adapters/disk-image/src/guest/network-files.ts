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

// Both programs that wait end with 1 when their time is over: a network that is late, or not there, is logged and no failed unit.
const LATE_IS_FINE = 'SuccessExitStatus=1';
/** Seconds, as NetworkManager waits by default: a bond or a switch that learns takes half a minute. Logins wait for none of it. */
const ONLINE_WITHIN = 60;

// One interface is enough to be online.
const waitOnline = `[Service]
ExecStart=
ExecStart=/lib/systemd/systemd-networkd-wait-online --any --timeout=${ONLINE_WITHIN}
${LATE_IS_FINE}
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
Environment=NM_ONLINE_TIMEOUT=${ONLINE_WITHIN}
${LATE_IS_FINE}
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
