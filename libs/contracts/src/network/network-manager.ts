import type { FieldPath } from '../validation/violation.js';
import type { Bond, Bridge, Device, Ethernet, Network } from './network.js';

/** Where a device's addresses of a family come from, in the words of NetworkManager. */
export type IpMethods = Readonly<
  Record<'ipv4' | 'ipv6', 'auto' | 'dhcp' | 'manual' | 'link-local' | 'disabled'>
>;

const isV6 = (address: string): boolean => address.includes(':');

/** The same that systemd-networkd would do: routers are listened to unless that, or everything of the family, is off. */
export const ipMethods = (device: Device): IpMethods => {
  const own = device['link-local'] ?? ['ipv6'];
  const otherwise = (family: 'ipv4' | 'ipv6') => {
    if (device.addresses.some((address) => isV6(address) === (family === 'ipv6'))) return 'manual';
    return own.includes(family) ? 'link-local' : 'disabled';
  };
  return {
    ipv4: device.dhcp4 ? 'auto' : otherwise('ipv4'),
    ipv6: ipv6Method(device, own) ?? otherwise('ipv6'),
  };
};

const ipv6Method = (
  { dhcp6, 'accept-ra': listens }: Device,
  own: readonly string[],
): 'auto' | 'dhcp' | undefined => {
  if (listens === true || (listens === undefined && (dhcp6 || own.includes('ipv6')))) return 'auto';
  return dhcp6 ? 'dhcp' : undefined;
};

/** The interface an ethernet device is; undefined when only its address or a pattern says so. */
export const interfaceOf = (id: string, ethernet: Ethernet | undefined): string | undefined => {
  if (ethernet?.['set-name'] !== undefined) return ethernet['set-name'];
  if (ethernet?.match === undefined) return id;
  const { name } = ethernet.match;
  return name === undefined || /[*?[\]]/.test(name) ? undefined : name;
};

/** What DHCP hands out and NetworkManager only takes, or only leaves, together with something else. */
const FIXED_OVERRIDES = { 'use-domains': true, 'use-mtu': true, 'use-ntp': true } as const;

const overrideProblems = ({ 'dhcp4-overrides': overrides = {} }: Device): FieldPath[] =>
  (Object.keys(FIXED_OVERRIDES) as (keyof typeof FIXED_OVERRIDES)[])
    .filter((key) => overrides[key] !== undefined && overrides[key] !== FIXED_OVERRIDES[key])
    .map((key) => ['dhcp4-overrides', key]);

/** A resolver, a gateway and a route are part of the family they are asked or reached by, which must be there. */
const familyProblems = (device: Device): FieldPath[] => {
  const methods = ipMethods(device);
  const isOff = (address: string) =>
    ['disabled', 'link-local'].includes(methods[isV6(address) ? 'ipv6' : 'ipv4']);
  const resolvers = device.nameservers?.addresses ?? [];
  return [
    ...resolvers.flatMap((address, index): FieldPath[] =>
      isOff(address) ? [['nameservers', 'addresses', index]] : [],
    ),
    ...(['gateway4', 'gateway6'] as const)
      .filter((key) => device[key] !== undefined && isOff(device[key]))
      .map((key) => [key]),
    ...device.routes.flatMap(({ via, to }, index): FieldPath[] =>
      isOff(via ?? to) ? [['routes', index]] : [],
    ),
  ];
};

const NUMBER = /^\d+$/;
const MILLISECONDS = /^\d+(ms|s)?$/;

const bondProblems = ({ parameters }: Bond): FieldPath[] => {
  const interval = parameters['mii-monitor-interval'];
  return interval === undefined || MILLISECONDS.test(String(interval))
    ? []
    : [['parameters', 'mii-monitor-interval']];
};

const bridgeProblems = ({ parameters }: Bridge): FieldPath[] =>
  Object.entries(parameters)
    .filter(([key, value]) => key !== 'stp' && !NUMBER.test(String(value)))
    .map(([key]) => ['parameters', key]);

const GROUPS = ['ethernets', 'bonds', 'bridges', 'vlans'] as const;

const within = <T>(
  network: Network,
  group: (typeof GROUPS)[number],
  problems: (device: T) => readonly FieldPath[],
): FieldPath[] =>
  Object.entries(network[group]).flatMap(([name, device]) =>
    problems(device as T).map((path): FieldPath => [group, name, ...path]),
  );

/** What a network asks for that NetworkManager cannot be told, by path. */
export const beyondNetworkManager = (network: Network): FieldPath[] => [
  ...GROUPS.flatMap((group) => within<Device>(network, group, overrideProblems)),
  ...GROUPS.flatMap((group) => within<Device>(network, group, familyProblems)),
  ...within(network, 'bonds', bondProblems),
  ...within(network, 'bridges', bridgeProblems),
  ...Object.entries(network.vlans)
    .filter(
      ([, { link }]) => link in network.ethernets && interfaceOf(link, network.ethernets[link]) === undefined,
    )
    .map(([name]): FieldPath => ['vlans', name, 'link']),
];

/** Every place where a network names another renderer than the one that is there. */
export const otherRenderers = (network: Network, own: Network['renderer']): FieldPath[] => [
  ...(network.renderer === undefined || network.renderer === own ? [] : [['renderer']]),
  ...GROUPS.flatMap((group) =>
    within<Device>(network, group, ({ renderer }) =>
      renderer === undefined || renderer === own ? [] : [['renderer']],
    ),
  ),
];
