import { networkConfigViolations } from './network-config.js';

const messages = (text: string) => networkConfigViolations(text).map(({ message }) => message);

const STATIC_V2 = `
network:
  version: 2
  renderer: networkd
  ethernets:
    id0:
      match: {macaddress: "52:54:00:12:34:56"}
      set-name: eth0
      dhcp4: no
      dhcp6: off
      addresses: [192.0.2.10/24, "2001:db8::10/64", 192.0.2.11/24: {lifetime: 0}]
      nameservers: {addresses: [192.0.2.53], search: [example.net]}
      routes:
        - {to: default, via: 192.0.2.1, metric: 100}
        - {to: 198.51.100.0/24, via: 192.0.2.2, on-link: yes}
      routing-policy: [{from: 192.0.2.0/24, table: 7}]
      mtu: 9000
  bonds: {bond0: {interfaces: [eth1, eth2], parameters: {mode: 802.3ad, lacp-rate: fast}, dhcp4: true}}
  bridges: {br0: {interfaces: [bond0], parameters: {stp: false}}}
  vlans: {vlan15: {id: 15, link: eth0, addresses: [203.0.113.5/24]}}
`;

const STATIC_V1 = `
version: 1
config:
  - type: physical
    name: eth0
    mac_address: "c0:d6:9f:2c:e8:80"
    mtu: 1500
    subnets:
      - {type: dhcp6}
      - type: static
        address: 192.0.2.10/24
        gateway: 192.0.2.1
        dns_nameservers: [192.0.2.53]
        routes: [{destination: 198.51.100.0/24, gateway: 192.0.2.2, metric: 3}]
  - {type: bond, name: bond0, bond_interfaces: [eth1, eth2], params: {bond-mode: active-backup}}
  - {type: bridge, name: br0, bridge_interfaces: [bond0], params: {bridge_stp: 'off'}}
  - {type: vlan, name: eth0.5, vlan_link: eth0, vlan_id: 5}
  - {type: nameserver, address: [192.0.2.53], search: [example.net]}
  - {type: route, destination: 203.0.113.0/24, gateway: 192.0.2.1}
`;

const masks = (address: string, netmask: string, route = '{destination: default}') =>
  `version: 1\nconfig: [{type: physical, name: eth0, subnets: [{type: static, address: ${address}, netmask: ${netmask}, routes: [${route}]}]}]`;

describe('a cloud-init network configuration', () => {
  it.each([
    ['version 2 in its wrapper', STATIC_V2],
    ['version 1', STATIC_V1],
    ['version 1 in its wrapper', `network:${STATIC_V1.replaceAll('\n', '\n  ')}`],
    ['the one that switches networks off', 'version: 1\nconfig: disabled\n'],
    ['version 1 with netmasks and prefix lengths', masks('192.0.2.10', '255.255.255.128')],
    ['version 1 with a prefix length', masks('192.0.2.10', '25')],
    ['version 1 with a prefix length of IPv6', masks('"2001:db8::1"', '64')],
    ['version 2 in JSON', '{"version": 2, "ethernets": {"eth0": {"dhcp4": true}}}'],
  ])('is accepted: %s', (_, text) => expect(messages(text)).toStrictEqual([]));

  it.each([
    ['nothing', '', 'expected a cloud-init network configuration (a mapping), found nothing'],
    ['a list', '- a', 'expected a cloud-init network configuration (a mapping), found a list of 1 entry'],
    ['no version', 'ethernets: {}', 'version: expected 1 or 2, found nothing'],
    ['version 3', 'version: 3', 'version: expected 1 or 2, found 3'],
    ['a version in quotes', 'network: {version: "2"}', 'network.version: expected 1 or 2, found "2"'],
    [
      'a key beside the wrapper',
      'network: {version: 2}\nother: 1',
      'other: expected only the key network here, found another key',
    ],
    ['a typing error', 'version: 2\nethernet: {}', 'ethernet: unknown key; did you mean `ethernets`?'],
    [
      'an address without prefix length',
      'version: 2\nethernets: {eth0: {addresses: [192.0.2.1]}}',
      'ethernets.eth0.addresses[0]: expected an address with its prefix length such as "192.0.2.10/24", found "192.0.2.1"',
    ],
    [
      'a gateway that is no address',
      'version: 2\nethernets: {eth0: {gateway4: router}}',
      'ethernets.eth0.gateway4: expected an IPv4 address such as "192.0.2.1", found "router"',
    ],
    [
      'a MAC address that YAML 1.1 reads as a number',
      'version: 2\nethernets: {eth0: {macaddress: 52:54:00:12:34:56}}',
      'ethernets.eth0.macaddress: expected a MAC address in quotes such as "52:54:00:12:34:56", found 41135085296',
    ],
    [
      'a VLAN out of range',
      'version: 2\nvlans: {v: {id: 4095, link: eth0}}',
      'vlans.v.id: expected a whole number from 0 to 4094, found 4095',
    ],
    [
      'an unknown device type',
      'version: 1\nconfig: [{type: fysical, name: eth0}]',
      'config[0].type: expected one of physical, loopback, infiniband, bond, bridge, vlan, nameserver, route, found "fysical"; did you mean `physical`?',
    ],
    [
      'a device without name',
      'version: 1\nconfig: [{type: physical}]',
      'config[0].name: expected the name of a network device, found nothing',
    ],
    [
      'an unknown kind of subnet',
      'version: 1\nconfig: [{type: physical, name: eth0, subnets: [{type: dchp}]}]',
      'config[0].subnets[0].type: expected one of dhcp, dhcp4, dhcp6, static, static6, manual, ipv6_dhcpv6-stateful, ipv6_dhcpv6-stateless, ipv6_slaac, found "dchp"; did you mean `dhcp`?',
    ],
    [
      'text where devices belong',
      'version: 1\nconfig: enabled',
      'config: expected a list of network devices, or disabled, found "enabled"',
    ],
    [
      'a netmask of letters',
      masks('192.0.2.10', '255.255.255.O'),
      'config[0].subnets[0].netmask: expected a netmask such as "255.255.255.0" or a prefix length such as 24, found "255.255.255.O"',
    ],
    [
      'a netmask with a gap',
      masks('192.0.2.10', '255.0.255.0'),
      'config[0].subnets[0].netmask: expected a netmask such as "255.255.255.0" or a prefix length such as 24, found "255.0.255.0"',
    ],
    [
      'a netmask of IPv6',
      masks('"2001:db8::1"', '"ffff:ffff:ffff:ffff::"'),
      'config[0].subnets[0].netmask: expected a netmask such as "255.255.255.0" or a prefix length such as 24, found "ffff:ffff:ffff:ffff::"',
    ],
    [
      'a netmask of IPv4 at an address of IPv6',
      masks('"2001:db8::1"', '255.255.255.0'),
      'config[0].subnets[0].netmask: expected a prefix length (IPv6 has no netmasks), found "255.255.255.0"',
    ],
    [
      'a prefix length that IPv4 does not have',
      masks('192.0.2.10', '64'),
      'config[0].subnets[0].netmask: expected at most 32 at an IPv4 address, found 64',
    ],
    [
      'a route with a prefix length that IPv4 does not have',
      masks('192.0.2.10', '24', '{network: 198.51.100.0, prefix: 64}'),
      'config[0].subnets[0].routes[0].prefix: expected at most 32 at an IPv4 address, found 64',
    ],
    [
      'a route to no network',
      masks('192.0.2.10', '24', '{destination: office}'),
      'config[0].subnets[0].routes[0].destination: expected default or a network such as "198.51.100.0/24", found "office"',
    ],
    ['a fault of form', 'version: 2\nversion: 2', 'expected valid YAML, found the same key twice'],
    ['an alias bomb', 'a: &a [x]\nb: *a', 'expected plain values, found an anchor (&)'],
  ])('with %s is refused', (_, text, message) => expect(messages(text)[0]).toBe(message));

  it('may not be larger than 64 KiB', () =>
    expect(messages(`version: 2 # ${'x'.repeat(65_536)}`)).toStrictEqual([
      'expected at most 64 KiB, found 65 KiB',
    ]));
});
