import { osRelease } from '@gild/contracts';
import { waysOf } from '../recipes/families/ways-of.js';
import { networkFiles } from './network-files.js';

const files = (text: string) =>
  Object.fromEntries(
    networkFiles(text).map(({ path, content }) => [
      path.replace('/etc/systemd/network/10-gild-', '').replace(/^.*wait-online.*\//, ''),
      content,
    ]),
  );

const NO_WAIT = { '20-gild-none-required.conf': '[Service]\nExecStart=\nExecStart=/bin/true\n' };

it('writes nothing without a configuration', () => {
  expect(networkFiles(undefined)).toStrictEqual([]);
});

it('writes DHCP for an interface by its name', () => {
  expect(files('version: 2\nethernets: {eth0: {dhcp4: yes, dhcp6: off}}')).toStrictEqual({
    'eth0.network': '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\n',
  });
  expect(
    files('version: 2\nethernets: {any: {match: {name: "en*"}, dhcp4: true, dhcp6: true}}'),
  ).toStrictEqual({
    'any.network': '[Match]\nName=en*\n\n[Network]\nDHCP=yes\n',
  });
});

it('writes addresses, gateways, routes, resolvers, MTU and a new name', () => {
  const text = `
network:
  version: 2
  ethernets:
    id0:
      match: {macaddress: "52:54:00:12:34:56"}
      set-name: lan0
      addresses: [192.0.2.10/24, "2001:db8::10/64"]
      gateway4: 192.0.2.1
      nameservers: {addresses: [192.0.2.53], search: [example.net, example.org]}
      routes:
        - {to: 198.51.100.0/24, via: 192.0.2.2, metric: 100, on-link: true}
        - {to: default, via: "2001:db8::1"}
        - {to: 203.0.113.0/24}
      accept-ra: false
      optional: true
      mtu: 9000
`;
  expect(files(text)).toStrictEqual({
    ...NO_WAIT,
    'id0.link': '[Match]\nPermanentMACAddress=52:54:00:12:34:56\n\n[Link]\nName=lan0\n',
    'id0.network': `[Match]
PermanentMACAddress=52:54:00:12:34:56

[Link]
MTUBytes=9000
RequiredForOnline=no

[Network]
DHCP=no
IPv6AcceptRA=no
Address=192.0.2.10/24
Address=2001:db8::10/64
Gateway=192.0.2.1
DNS=192.0.2.53
Domains=example.net
Domains=example.org

[Route]
Destination=198.51.100.0/24
Gateway=192.0.2.2
GatewayOnLink=yes
Metric=100

[Route]
Gateway=2001:db8::1

[Route]
Destination=203.0.113.0/24
Scope=link
`,
  });
});

it('writes bonds, bridges and VLANs, and the interfaces below them that nothing else is said about', () => {
  const text = `
version: 2
bonds: {bond0: {interfaces: [eth1, eth2], parameters: {mode: 802.3ad, mii-monitor-interval: 100}}}
bridges: {br0: {interfaces: [bond0], dhcp4: true, parameters: {stp: false}}}
vlans: {vlan15: {id: 15, link: br0, addresses: [203.0.113.5/24]}}
`;
  expect(files(text)).toStrictEqual({
    'eth1.network': '[Match]\nName=eth1\n\n[Network]\nDHCP=no\nBond=bond0\n',
    'eth2.network': '[Match]\nName=eth2\n\n[Network]\nDHCP=no\nBond=bond0\n',
    'bond0.netdev': '[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=802.3ad\nMIIMonitorSec=100ms\n',
    'bond0.network': '[Match]\nName=bond0\n\n[Network]\nDHCP=no\nBridge=br0\n',
    'br0.netdev': '[NetDev]\nName=br0\nKind=bridge\n\n[Bridge]\nSTP=no\n',
    'br0.network': '[Match]\nName=br0\n\n[Network]\nDHCP=ipv4\nVLAN=vlan15\n',
    'vlan15.netdev': '[NetDev]\nName=vlan15\nKind=vlan\n\n[VLAN]\nId=15\n',
    'vlan15.network': '[Match]\nName=vlan15\n\n[Network]\nDHCP=no\nAddress=203.0.113.5/24\n',
  });
});

it('writes version 1 as version 2 says the same', () => {
  const one = `
version: 1
config:
  - {type: loopback, name: lo}
  - type: physical
    name: eth0
    mac_address: "c0:d6:9f:2c:e8:80"
    mtu: 1500
    subnets:
      - {type: dhcp6}
      - type: static
        address: 192.0.2.10
        netmask: 255.255.255.0
        gateway: 192.0.2.1
        routes: [{destination: 198.51.100.0, netmask: 255.255.255.128, gateway: 192.0.2.2, metric: 3}]
  - {type: bond, name: bond0, bond_interfaces: [eth1, eth2], params: {bond-mode: active-backup, bond_miimon: 50}}
  - {type: bridge, name: br0, bridge_interfaces: [bond0], params: {bridge_stp: 'off', bridge_fd: 4}}
  - {type: vlan, name: eth0.5, vlan_link: eth0, vlan_id: 5, subnets: [{type: dhcp}]}
  - {type: nameserver, address: 192.0.2.53, search: [example.net]}
`;
  const resolvers = 'nameservers: {addresses: [192.0.2.53], search: [example.net]}';
  const two = `
version: 2
ethernets:
  eth0:
    match: {macaddress: "c0:d6:9f:2c:e8:80"}
    set-name: eth0
    mtu: 1500
    dhcp6: true
    addresses: [192.0.2.10/24]
    routes: [{to: default, via: 192.0.2.1}, {to: 198.51.100.0/25, via: 192.0.2.2, metric: 3}]
    ${resolvers}
bonds: {bond0: {interfaces: [eth1, eth2], parameters: {mode: active-backup, mii-monitor-interval: 50}, ${resolvers}}}
bridges: {br0: {interfaces: [bond0], parameters: {stp: false, forward-delay: 4}, ${resolvers}}}
vlans: {eth0.5: {id: 5, link: eth0, dhcp4: true, ${resolvers}}}
`;
  expect(files(one)).toStrictEqual(files(two));
  expect(files(one)['eth0.network']).toContain('Address=192.0.2.10/24');
});

it.each([
  ['is off', 'version: 1\nconfig: disabled', true],
  [
    'is optional in every part',
    'version: 2\nethernets: {eth0: {dhcp4: true, optional: true}}\nvlans: {v: {id: 3, link: eth0, optional: true}}',
    true,
  ],
  ['is optional in part', 'version: 2\nethernets: {eth0: {optional: true}, eth1: {dhcp4: true}}', false],
  ['is not said', 'version: 2', false],
])('waits at the start for no network that %s: %j', (_, text, waitsForNone) => {
  const wait = '/etc/systemd/system/systemd-networkd-wait-online.service.d/20-gild-none-required.conf';
  expect(networkFiles(text).some(({ path }) => path === wait)).toBe(waitsForNone);
});

it.each([
  ['require none of them', 'ethernets: {eth0: {dhcp4: true, optional: true}}', true],
  ['require one', 'ethernets: {eth0: {optional: true}, eth1: {dhcp4: true}}', false],
])('has NetworkManager, too, wait at the start for devices as they %s', (_, text, waitsForNone) => {
  const wait = '/etc/systemd/system/NetworkManager-wait-online.service.d/20-gild-none-required.conf';
  const written = networkFiles(`version: 2\n${text}`, 'NetworkManager').map(({ path }) => path);
  expect(written.length).toBeGreaterThan(0);
  expect(written.includes(wait)).toBe(waitsForNone);
});

it('writes the metric of a version 1 subnet, of DHCP as well', () => {
  const subnets =
    '[{type: dhcp, metric: 7}, {type: static, address: 192.0.2.10/24, gateway: 192.0.2.1, metric: 9}]';
  const one = `version: 1\nconfig: [{type: physical, name: eth0, subnets: ${subnets}}]`;
  expect(files(one)['eth0.network']).toContain(
    '[Route]\nGateway=192.0.2.1\nMetric=9\n\n[DHCPv4]\nRouteMetric=7\n',
  );
});

it('leaves every interface alone where networks are switched off', () => {
  expect(files('version: 1\nconfig: disabled')).toStrictEqual({
    ...NO_WAIT,
    'off.network': '[Match]\nName=*\n\n[Link]\nUnmanaged=yes\n',
  });
});

it('keeps a line break in a value from beginning a setting of its own', () => {
  const text = 'version: 2\nethernets: {eth0: {dhcp4-overrides: {hostname: "a\\nb=c"}}}';
  expect(files(text)['eth0.network']).toContain('Hostname=a b=c\n');
});

it.each([
  ['networkd', 'debian', '12'],
  ['networkd', 'fedora', '43'],
  ['NetworkManager', 'centos', '9'],
] as const)(
  'writes for %s on %s %s nothing that an image on top of it could not take away',
  (renderer, os, release) => {
    const texts = [
      'version: 1\nconfig: disabled',
      `version: 2
ethernets: {eth0: {optional: true}, lan: {match: {macaddress: "52:54:00:12:34:56"}, set-name: lan0, optional: true}}
bonds: {bond0: {interfaces: [eth0], optional: true}}`,
    ];
    const known = osRelease(os, release);
    if (known === undefined) throw new Error(`${os} ${release} is a release`);
    const removed = waysOf(known).configFiles.map((path) => path.replace(/\*$/, ''));
    for (const text of texts) {
      const written = networkFiles(text, renderer);
      expect(written.length).toBeGreaterThan(0);
      for (const { path } of written)
        expect(removed.filter((prefix) => path.startsWith(prefix))).toHaveLength(1);
    }
  },
);
