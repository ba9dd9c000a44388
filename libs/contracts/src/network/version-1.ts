import { z } from 'zod';

const TextOrList = z.union([z.string(), z.array(z.string())]).default([]);
const Mask = z.union([z.string(), z.number()]);

const Route = z.strictObject({
  network: z.string().optional(),
  destination: z.string().optional(),
  netmask: Mask.optional(),
  prefix: z.int().optional(),
  gateway: z.string().optional(),
  metric: z.int().optional(),
});

const DHCP4 = ['dhcp', 'dhcp4'];

const Subnet = z
  .strictObject({
    type: z.string(),
    control: z.literal('auto').optional(),
    address: z.string().optional(),
    netmask: Mask.optional(),
    gateway: z.string().optional(),
    dns_nameservers: TextOrList,
    dns_search: TextOrList,
    metric: z.int().optional(),
    routes: z.array(Route).default([]),
  })
  .refine(
    ({ type, gateway, metric }) => metric === undefined || gateway !== undefined || DHCP4.includes(type),
    { path: ['metric'] },
  );
type Subnet = z.infer<typeof Subnet>;

const device = <T extends string>(type: T) => ({
  type: z.literal(type),
  name: z.string(),
  mac_address: z.string().optional(),
  mtu: z.int().nullish(),
  'accept-ra': z.boolean().optional(),
  accept_ra: z.boolean().optional(),
  subnets: z.array(Subnet).default([]),
});
const params = z.record(z.string(), z.unknown()).default({});

const Entry = z.discriminatedUnion('type', [
  z.strictObject(device('physical')),
  // Always there, with the addresses it needs; others cannot be given to it here.
  z.strictObject({
    type: z.literal('loopback'),
    name: z.string(),
    subnets: z.array(z.unknown()).max(0).optional(),
  }),
  z.strictObject({ ...device('bond'), bond_interfaces: z.array(z.string()), params }),
  z.strictObject({ ...device('bridge'), bridge_interfaces: z.array(z.string()), params }),
  z.strictObject({ ...device('vlan'), vlan_link: z.string(), vlan_id: z.int() }),
  z.strictObject({ type: z.literal('nameserver'), address: TextOrList, search: TextOrList }),
]);
type Entry = z.infer<typeof Entry>;
type DeviceEntry = Exclude<Entry, { type: 'nameserver' | 'loopback' }>;

/** The part of version 1 that an image can be given. */
export const Version1 = z.strictObject({ version: z.literal(1), config: z.array(Entry) });
export type Version1 = z.infer<typeof Version1>;

const prefixLength = (mask: string | number): number =>
  /^\d+$/.test(String(mask))
    ? Number(mask)
    : String(mask)
        .split('.')
        .reduce((bits, part) => bits + Number(part).toString(2).replaceAll('0', '').length, 0);

const withPrefix = (address: string, mask: string | number | undefined): string => {
  if (address.includes('/')) return address;
  const whole = address.includes(':') ? 128 : 32;
  return `${address}/${mask === undefined ? whole : prefixLength(mask)}`;
};

const EVERYTHING = /^(default|(0\.0\.0\.0|::)(\/0+)?)$/;

/** The zero address means everything unless a prefix says how much. */
const targetOf = ({ destination, network, prefix, netmask }: z.output<typeof Route>): string => {
  const address = destination ?? network ?? 'default';
  const mask = prefix ?? netmask;
  const target = mask === undefined || address === 'default' ? address : withPrefix(address, mask);
  return EVERYTHING.test(target) ? 'default' : withPrefix(target, undefined);
};

const routesOf = ({ gateway, metric, routes }: Subnet) => {
  const cost = metric === undefined ? {} : { metric };
  return [
    ...(gateway === undefined ? [] : [{ to: 'default', via: gateway, ...cost }]),
    ...routes.map((route) => ({
      to: targetOf(route),
      ...(route.gateway === undefined ? {} : { via: route.gateway }),
      ...(route.metric === undefined ? {} : { metric: route.metric }),
    })),
  ];
};

const ROUTER_ADVERTISED = ['ipv6_slaac', 'ipv6_dhcpv6-stateless', 'ipv6_dhcpv6-stateful'];

type Resolvers = { addresses: string[]; search: string[] };

const sharedDevice = (entry: DeviceEntry, resolvers: Resolvers): Record<string, unknown> => {
  const { subnets, mtu } = entry;
  const leased = subnets.find(({ type, metric }) => DHCP4.includes(type) && metric !== undefined);
  const has = (...types: string[]) => subnets.some(({ type }) => types.includes(type));
  const advertised = entry['accept-ra'] ?? entry.accept_ra ?? (has(...ROUTER_ADVERTISED) ? true : undefined);
  return {
    dhcp4: has(...DHCP4),
    dhcp6: has('dhcp6', 'ipv6_dhcpv6-stateful'),
    ...(leased === undefined ? {} : { 'dhcp4-overrides': { 'route-metric': leased.metric } }),
    ...(advertised === undefined ? {} : { 'accept-ra': advertised }),
    addresses: subnets.flatMap(({ address, netmask }) =>
      address === undefined ? [] : [withPrefix(address, netmask)],
    ),
    routes: subnets.flatMap(routesOf),
    nameservers: {
      addresses: [...subnets.flatMap((subnet) => subnet.dns_nameservers), ...resolvers.addresses],
      search: [...subnets.flatMap((subnet) => subnet.dns_search), ...resolvers.search],
    },
    ...(typeof mtu === 'number' ? { mtu } : {}),
  };
};

/** Names that version 1 spells differently, without the word in front and with dashes for underscores. */
const RENAMED: Readonly<Record<string, string>> = {
  miimon: 'mii-monitor-interval',
  'xmit-hash-policy': 'transmit-hash-policy',
  fd: 'forward-delay',
  hello: 'hello-time',
  maxage: 'max-age',
  ageing: 'ageing-time',
  bridgeprio: 'priority',
};

const parametersOf = (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const plain = name.replace(/^(bond|bridge)[-_]/, '').replaceAll('_', '-');
      return [RENAMED[plain] ?? plain, plain === 'stp' ? value === true || value === 'on' : value];
    }),
  );

type Groups = Record<'ethernets' | 'bonds' | 'bridges' | 'vlans', Record<string, unknown>>;

const addEntry = (groups: Groups, entry: DeviceEntry, resolvers: Resolvers): void => {
  const shared = sharedDevice(entry, resolvers);
  const mac = entry.mac_address;
  const macaddress = mac === undefined ? {} : { macaddress: mac };
  switch (entry.type) {
    case 'physical':
      groups.ethernets[entry.name] = {
        ...shared,
        ...(mac === undefined ? {} : { match: { macaddress: mac }, 'set-name': entry.name }),
      };
      return;
    case 'vlan':
      groups.vlans[entry.name] = { ...shared, ...macaddress, id: entry.vlan_id, link: entry.vlan_link };
      return;
    case 'bond':
    case 'bridge': {
      const interfaces = entry.type === 'bond' ? entry.bond_interfaces : entry.bridge_interfaces;
      const group = entry.type === 'bond' ? groups.bonds : groups.bridges;
      group[entry.name] = { ...shared, ...macaddress, interfaces, parameters: parametersOf(entry.params) };
    }
  }
};

/** Version 1 said in the words of version 2. Name servers of their own serve every device, as cloud-init has it. */
export const inVersion2 = ({ config }: Version1): unknown => {
  const servers = config.filter((entry) => entry.type === 'nameserver');
  const resolvers = {
    addresses: servers.flatMap(({ address }) => address),
    search: servers.flatMap(({ search }) => search),
  };
  const groups: Groups = { ethernets: {}, bonds: {}, bridges: {}, vlans: {} };
  for (const entry of config)
    if (entry.type !== 'nameserver' && entry.type !== 'loopback') addEntry(groups, entry, resolvers);
  return { version: 2, ...groups };
};
