import { z } from 'zod';
import { foundText } from './found-text.js';
import {
  Bool,
  Cidr,
  Destination,
  DeviceName,
  Ip,
  Mac,
  Mtu,
  Netmask,
  netmaskMisfit,
  TextOrList,
  VlanId,
} from './network-values.js';

type Masked = { address: string | undefined; field: string; mask: string | number | undefined };

const checkMask = ({ address, field, mask }: Masked, context: z.RefinementCtx): void => {
  if (address === undefined || mask === undefined) return;
  const expected = netmaskMisfit(address, mask);
  if (expected === undefined) return;
  context.addIssue({ code: 'custom', path: [field], params: { expected, found: foundText(mask) } });
};

const routeFields = {
  type: z.literal('route').optional(),
  network: Destination.optional(),
  destination: Destination.optional(),
  address: z.string().optional(),
  id: z.unknown().optional(),
  netmask: Netmask.optional(),
  prefix: z.int().min(0).max(128).optional(),
  gateway: Ip.optional(),
  metric: z.int().min(0).optional(),
};

type Target = { network?: string | undefined; destination?: string | undefined };
type RouteMasks = Target & { netmask?: string | number | undefined; prefix?: number | undefined };

const checkRoute = (
  { network, destination, netmask, prefix }: RouteMasks,
  context: z.RefinementCtx,
): void => {
  const address = destination ?? network;
  checkMask({ address, field: 'netmask', mask: netmask }, context);
  checkMask({ address, field: 'prefix', mask: prefix }, context);
};

const Route = z.strictObject(routeFields).superRefine(checkRoute);

const Subnet = z
  .strictObject({
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
    netmask: Netmask.optional(),
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
  })
  .superRefine(({ address, netmask }, context) => {
    checkMask({ address, field: 'netmask', mask: netmask }, context);
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
  z
    .strictObject({ ...routeFields, type: z.literal('route'), destination: Destination })
    .superRefine(checkRoute),
]);

/** cloud-init network configuration, version 1. */
export const NetworkConfigV1 = z.strictObject({
  version: z.literal(1),
  config: z.union([z.literal('disabled'), z.array(Entry)]).meta({
    errorMessage: 'expected a list of network devices, or disabled',
  }),
});
