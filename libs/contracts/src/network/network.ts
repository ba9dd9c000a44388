import { z } from 'zod';

const DhcpOverrides = z.strictObject({
  hostname: z.string().optional(),
  'route-metric': z.int().optional(),
  'send-hostname': z.boolean().optional(),
  'use-dns': z.boolean().optional(),
  'use-domains': z.union([z.boolean(), z.literal('route')]).optional(),
  'use-hostname': z.boolean().optional(),
  'use-mtu': z.boolean().optional(),
  'use-ntp': z.boolean().optional(),
  'use-routes': z.boolean().optional(),
});
export type DhcpOverrides = z.infer<typeof DhcpOverrides>;

const NetworkRoute = z.strictObject({
  to: z.string(),
  via: z.string().optional(),
  from: z.string().optional(),
  metric: z.int().optional(),
  'on-link': z.boolean().optional(),
  table: z.int().optional(),
});
export type NetworkRoute = z.infer<typeof NetworkRoute>;

/** What brings the network up. A release has one of them. */
const Renderer = z.enum(['networkd', 'NetworkManager']);
export type Renderer = z.infer<typeof Renderer>;

const device = {
  renderer: Renderer.optional(),
  dhcp4: z.boolean().default(false),
  dhcp6: z.boolean().default(false),
  'dhcp4-overrides': DhcpOverrides.optional(),
  'accept-ra': z.boolean().optional(),
  'link-local': z.array(z.string()).optional(),
  optional: z.boolean().default(false),
  addresses: z.array(z.string()).default([]),
  gateway4: z.string().optional(),
  gateway6: z.string().optional(),
  nameservers: z
    .strictObject({ addresses: z.array(z.string()).default([]), search: z.array(z.string()).default([]) })
    .optional(),
  macaddress: z.string().optional(),
  mtu: z.int().optional(),
  routes: z.array(NetworkRoute).default([]),
};

/**
 * A device is renamed by its address only: which name it bears by then differs with what the initial RAM disk has named already.
 */
const Ethernet = z
  .strictObject({
    ...device,
    match: z
      .strictObject({ name: z.string().optional(), macaddress: z.string().optional() })
      .refine(({ name, macaddress }) => name !== undefined || macaddress !== undefined, {
        when: ({ issues }) => issues.length === 0,
      })
      .optional(),
    'set-name': z.string().optional(),
  })
  .refine(
    ({ match, 'set-name': rename }) =>
      rename === undefined || (match?.macaddress !== undefined && match.name === undefined),
    {
      path: ['set-name'],
      when: ({ issues }) => issues.length === 0,
    },
  );
const Value = z.union([z.string(), z.number(), z.boolean()]);
const BOND = ['mode', 'lacp-rate', 'mii-monitor-interval', 'min-links', 'transmit-hash-policy'] as const;
const BRIDGE = ['stp', 'forward-delay', 'hello-time', 'max-age', 'ageing-time', 'priority'] as const;
const parameters = <K extends string>(names: readonly K[]) =>
  z.partialRecord(z.enum(names), Value).default({});

const Bond = z.strictObject({
  ...device,
  interfaces: z.array(z.string()).default([]),
  parameters: parameters(BOND),
});
const Bridge = z.strictObject({
  ...device,
  interfaces: z.array(z.string()).default([]),
  parameters: parameters(BRIDGE),
});
const Vlan = z.strictObject({ ...device, id: z.int(), link: z.string() });
const named = <S extends z.ZodType>(schema: S) => z.record(z.string(), schema).default({});

/** The part of version 2 that an image can be given. */
export const Network = z.strictObject({
  version: z.literal(2),
  renderer: Renderer.optional(),
  ethernets: named(Ethernet),
  bonds: named(Bond),
  bridges: named(Bridge),
  vlans: named(Vlan),
});
export type Network = z.infer<typeof Network>;
export type Ethernet = z.infer<typeof Ethernet>;
export type Bond = z.infer<typeof Bond>;
export type Bridge = z.infer<typeof Bridge>;
export type Vlan = z.infer<typeof Vlan>;
export type Device = Ethernet | Bond | Bridge | Vlan;
