import { z } from 'zod';
import { Bool, Cidr, DeviceName, Ip, Mac, Mtu, TextOrList, VlanId } from './network-values.js';

const Route = z.strictObject({
  type: z.literal('route').optional(),
  network: z.string().optional(),
  destination: z.string().optional(),
  address: z.string().optional(),
  id: z.unknown().optional(),
  netmask: z.union([z.string(), z.int()]).optional(),
  prefix: z.int().min(0).max(128).optional(),
  gateway: Ip.optional(),
  metric: z.int().min(0).optional(),
});

const Subnet = z.strictObject({
  type: z.enum([
    'dhcp',
    'dhcp4',
    'dhcp6',
    'static',
    'static6',
    'manual',
    'ipv6_dhcpv6-stateful',
    'ipv6_dhcpv6-stateless',
    'ipv6_slaac',
  ]),
  control: z.enum(['auto', 'manual']).optional(),
  address: z.union([Cidr, Ip]).optional(),
  netmask: z.union([z.string(), z.int()]).optional(),
  broadcast: Ip.optional(),
  gateway: Ip.optional(),
  dns_nameservers: TextOrList.optional(),
  dns_search: TextOrList.optional(),
  metric: z.int().min(0).optional(),
  mtu: Mtu.optional(),
  pointopoint: Ip.optional(),
  ipv4: Bool.optional(),
  ipv6: Bool.optional(),
  scope: z.string().optional(),
  routes: z.array(Route).optional(),
});

const device = <T extends string>(type: T) => ({
  type: z.literal(type),
  name: DeviceName,
  mac_address: Mac.optional(),
  mtu: Mtu.nullable().optional(),
  subnets: z.array(Subnet).optional(),
  'accept-ra': Bool.optional(),
  accept_ra: Bool.optional(),
  keep_configuration: Bool.optional(),
  wakeonlan: Bool.optional(),
  metric: z.int().min(0).optional(),
});

const params = z.record(z.string(), z.unknown()).optional();

const Entry = z.discriminatedUnion('type', [
  z.strictObject(device('physical')),
  z.strictObject(device('loopback')),
  z.strictObject(device('infiniband')),
  z.strictObject({ ...device('bond'), bond_interfaces: z.array(DeviceName), params }),
  z.strictObject({ ...device('bridge'), bridge_interfaces: z.array(DeviceName), params }),
  z.strictObject({ ...device('vlan'), vlan_link: DeviceName, vlan_id: VlanId }),
  z.strictObject({
    type: z.literal('nameserver'),
    address: TextOrList,
    search: TextOrList.optional(),
    interface: DeviceName.optional(),
  }),
  Route.extend({ type: z.literal('route'), destination: z.string() }),
]);

/** cloud-init network configuration, version 1. */
export const NetworkConfigV1 = z.strictObject({
  version: z.literal(1),
  config: z.union([z.literal('disabled'), z.array(Entry)]).meta({
    errorMessage: 'expected a list of network devices, or disabled',
  }),
});
