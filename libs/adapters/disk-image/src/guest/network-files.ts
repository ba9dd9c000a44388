import type { RecipeFile } from '@gild/contracts';

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

/** DHCP on every Ethernet interface, unless a file that sorts earlier says otherwise. */
export const networkFiles: readonly RecipeFile[] = [
  { path: '/etc/systemd/network/80-gild-dhcp.network', content: dhcp, mode: '0644' },
  {
    path: '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-gild.conf',
    content: waitOnline,
    mode: '0644',
  },
];

export const networkUnits = ['systemd-networkd.service', 'systemd-resolved.service'] as const;
