import { z } from 'zod';
import { Bool, Cidr, Destination, DeviceName, Ip, Mac, Mtu, VlanId } from './network-values.js';

const Renderer = z.enum(['networkd', 'NetworkManager', 'sriov']);

const Overrides = z.strictObject({
  hostname: z.string().optional(),
  'route-metric': z.int().min(0).optional(),
  'send-hostname': Bool.optional(),
  'use-dns': Bool.optional(),
  'use-domains': z.union([Bool, z.literal('route')]).optional(),
  'use-hostname': Bool.optional(),
  'use-mtu': Bool.optional(),
  'use-ntp': Bool.optional(),
  'use-routes': Bool.optional(),
});

const Route = z.strictObject({
  to: Destination,
  via: Ip.optional(),
  from: Ip.optional(),
  metric: z.int().min(0).optional(),
  'on-link': Bool.optional(),
  type: z.string().optional(),
  scope: z.string().optional(),
  table: z.int().min(0).optional(),
  mtu: Mtu.optional(),
  'congestion-window': z.int().min(0).optional(),
  'advertised-receive-window': z.int().min(0).optional(),
  'advertised-mss': z.int().min(0).optional(),
});

/** An address alone, or as the only key of a mapping with its options. */
const Address = z
  .union([Cidr, z.record(Cidr, z.record(z.string(), z.unknown()))])
  .meta({ errorMessage: 'expected an address with its prefix length such as "192.0.2.10/24"' });

/** Known options whose values are left to the program that applies them. */
const LEFT_ALONE = [
  'ipv6-mtu',
  'ipv6-privacy',
  'ignore-carrier',
  'dhcp-identifier',
  'ipv6-address-generation',
  'ipv6-address-token',
  'optional-addresses',
  'activation-mode',
  'routing-policy',
  'neigh-suppress',
  'emit-lldp',
  'receive-checksum-offload',
  'transmit-checksum-offload',
  'tcp-segmentation-offload',
  'tcp6-segmentation-offload',
  'generic-segmentation-offload',
  'generic-receive-offload',
  'large-receive-offload',
  'openvswitch',
  'networkmanager',
  'auth',
  'ra-overrides',
] as const;

const leftAlone = Object.fromEntries(LEFT_ALONE.map((key) => [key, z.unknown().optional()]));

const device = {
  ...leftAlone,
  renderer: Renderer.optional(),
  dhcp4: Bool.optional(),
  dhcp6: Bool.optional(),
  'dhcp4-overrides': Overrides.optional(),
  'dhcp6-overrides': Overrides.optional(),
  'accept-ra': Bool.optional(),
  'link-local': z.array(z.enum(['ipv4', 'ipv6'])).optional(),
  critical: Bool.optional(),
  optional: Bool.optional(),
  addresses: z.array(Address).optional(),
  gateway4: z.ipv4().meta({ errorMessage: 'expected an IPv4 address such as "192.0.2.1"' }).optional(),
  gateway6: z.ipv6().meta({ errorMessage: 'expected an IPv6 address such as "2001:db8::1"' }).optional(),
  nameservers: z
    .strictObject({ addresses: z.array(Ip).optional(), search: z.array(z.string()).optional() })
    .optional(),
  macaddress: Mac.optional(),
  mtu: Mtu.optional(),
  routes: z.array(Route).optional(),
};

const Ethernet = z.strictObject({
  ...device,
  match: z
    .strictObject({
      name: z.string().optional(),
      macaddress: Mac.optional(),
      driver: z.union([z.string(), z.array(z.string())]).optional(),
    })
    .optional(),
  'set-name': DeviceName.optional(),
  wakeonlan: Bool.optional(),
  link: DeviceName.optional(),
  'virtual-function-count': z.int().min(0).optional(),
  'embedded-switch-mode': z.string().optional(),
  'delay-virtual-functions-rebind': Bool.optional(),
  'infiniband-mode': z.string().optional(),
});

const group = {
  ...device,
  interfaces: z.array(DeviceName).optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
};

const devices = (of: z.ZodType) => z.record(DeviceName, of).optional();
const Unjudged = z.record(z.string(), z.unknown());

/** cloud-init network configuration, version 2 (the netplan format). */
export const NetworkConfigV2 = z.strictObject({
  version: z.literal(2),
  renderer: Renderer.optional(),
  ethernets: devices(Ethernet),
  bonds: devices(z.strictObject(group)),
  bridges: devices(z.strictObject(group)),
  vlans: devices(z.strictObject({ ...device, id: VlanId, link: DeviceName })),
  wifis: devices(Unjudged),
  modems: devices(Unjudged),
  tunnels: devices(Unjudged),
  vrfs: devices(Unjudged),
  'dummy-devices': devices(Unjudged),
  'virtual-ethernets': devices(Unjudged),
  openvswitch: Unjudged.optional(),
});
