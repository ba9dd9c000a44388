import type { Device, DhcpOverrides, NetworkRoute } from '@gild/contracts';
import type { Section, Setting } from './unit-text.js';

const dhcp = ({ dhcp4, dhcp6 }: Device): string | boolean => {
  if (dhcp4 === dhcp6) return dhcp4;
  return dhcp4 ? 'ipv4' : 'ipv6';
};

const linkLocal = (families: readonly string[] | undefined): string | boolean | undefined => {
  if (families === undefined) return undefined;
  if (families.length === 2) return true;
  return families[0] ?? false;
};

const networkSection = (device: Device, joins: readonly Setting[]): Section => [
  'Network',
  [
    ['DHCP', dhcp(device)],
    ['LinkLocalAddressing', linkLocal(device['link-local'])],
    ['IPv6AcceptRA', device['accept-ra']],
    ...device.addresses.map((address): Setting => ['Address', address]),
    ['Gateway', device.gateway4],
    ['Gateway', device.gateway6],
    ...(device.nameservers?.addresses ?? []).map((server): Setting => ['DNS', server]),
    ...(device.nameservers?.search ?? []).map((domain): Setting => ['Domains', domain]),
    ...joins,
  ],
];

const DEFAULT = /^(default|0\/0|0\.0\.0\.0\/0|::\/0)$/;
const ALL = { ipv4: '0.0.0.0/0', ipv6: '::/0' };

const destination = ({ to, via }: NetworkRoute): string | undefined => {
  if (!DEFAULT.test(to)) return to;
  if (via !== undefined) return undefined;
  return to === '::/0' ? ALL.ipv6 : ALL.ipv4;
};

const routeSection = (route: NetworkRoute): Section => [
  'Route',
  [
    ['Destination', destination(route)],
    ['Gateway', route.via],
    ['GatewayOnLink', route['on-link']],
    ['Scope', route.via === undefined ? 'link' : undefined],
    ['PreferredSource', route.from],
    ['Metric', route.metric],
    ['Table', route.table],
  ],
];

const DHCP_SETTINGS = {
  hostname: 'Hostname',
  'route-metric': 'RouteMetric',
  'send-hostname': 'SendHostname',
  'use-dns': 'UseDNS',
  'use-domains': 'UseDomains',
  'use-hostname': 'UseHostname',
  'use-mtu': 'UseMTU',
  'use-ntp': 'UseNTP',
  'use-routes': 'UseRoutes',
} as const satisfies Record<keyof DhcpOverrides, string>;

const dhcpSection = (overrides: DhcpOverrides = {}): Section => [
  'DHCPv4',
  (Object.keys(DHCP_SETTINGS) as (keyof DhcpOverrides)[]).map((key): Setting => [
    DHCP_SETTINGS[key],
    overrides[key],
  ]),
];

const linkSection = (device: Device, macaddress: string | undefined): Section => [
  'Link',
  [
    ['MACAddress', macaddress],
    ['MTUBytes', device.mtu],
    ['RequiredForOnline', device.optional ? false : undefined],
  ],
];

/** What a .network file says about a device after its [Match]. `joins`: the bond, bridge and VLANs on top of it. */
export const deviceSections = (
  device: Device,
  joins: readonly Setting[],
  macaddress?: string,
): readonly Section[] => [
  linkSection(device, macaddress),
  networkSection(device, joins),
  ...device.routes.map(routeSection),
  dhcpSection(device['dhcp4-overrides']),
];
