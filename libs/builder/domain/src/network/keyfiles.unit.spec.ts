import { networkFiles } from './network-files.js';

const files = (text: string) =>
  Object.fromEntries(
    networkFiles(text, 'NetworkManager').map(({ path, content }) => [
      path.replace(/^\/etc\/(NetworkManager|systemd)\/[a-z.-]+\/10-gild-/, ''),
      content,
    ]),
  );
const connection = (id: string, type = 'ethernet') =>
  `[connection]\nid=gild-${id}\ntype=${type}\ninterface-name=${id}\n`;
const AUTO = '\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n';

it('writes nothing without a configuration, and keeps every interface down where there is to be no network', () => {
  expect(networkFiles(undefined, 'NetworkManager')).toStrictEqual([]);
  expect(networkFiles('version: 1\nconfig: disabled', 'NetworkManager')).toStrictEqual([
    {
      path: '/etc/NetworkManager/conf.d/20-gild-off.conf',
      content: '[keyfile]\nunmanaged-devices=*\n',
      mode: '0644',
    },
  ]);
});

it('shows connections to nobody but root, or NetworkManager would not take them', () => {
  const [file] = networkFiles('version: 2\nethernets: {eth0: {dhcp4: true}}', 'NetworkManager');
  expect(file).toStrictEqual({
    path: '/etc/NetworkManager/system-connections/10-gild-eth0.nmconnection',
    content: connection('eth0') + AUTO,
    mode: '0600',
  });
});

it('takes an interface by a pattern or by its address, which may get another name', () => {
  expect(
    files(`version: 2
ethernets:
  any: {match: {name: "en*"}, dhcp4: true, mtu: 1400}
  lan: {match: {macaddress: "52:54:00:12:34:56"}, set-name: lan0, dhcp4: true}`),
  ).toStrictEqual({
    'any.nmconnection': `[connection]\nid=gild-any\ntype=ethernet\nmulti-connect=3\n\n[ethernet]\nmtu=1400\n\n[match]\ninterface-name=en*;\n${AUTO}`,
    'lan.link': '[Match]\nPermanentMACAddress=52:54:00:12:34:56\n\n[Link]\nName=lan0\n',
    'lan.nmconnection': `[connection]\nid=gild-lan\ntype=ethernet\ninterface-name=lan0\n\n[ethernet]\nmac-address=52:54:00:12:34:56\n${AUTO}`,
  });
});

it('writes addresses, gateways, routes and resolvers to the family they are of', () => {
  const text = `
version: 2
renderer: NetworkManager
ethernets:
  eth0:
    addresses: [192.0.2.5/24, '2001:db8::5/64']
    gateway4: 192.0.2.1
    gateway6: '2001:db8::1'
    accept-ra: false
    nameservers: {addresses: [192.0.2.53, '2001:db8::53'], search: [example.org]}
    routes:
      - {to: 10.0.0.0/8, via: 192.0.2.2, metric: 7, table: 5, on-link: true, from: 192.0.2.5}
      - {to: default, via: '2001:db8::2', metric: 9}
      - {to: 10.9.0.0/16, metric: 4}`;
  expect(files(text)['eth0.nmconnection']).toBe(`${connection('eth0')}
[ipv4]
method=manual
address1=192.0.2.5/24
gateway=192.0.2.1
route1=10.0.0.0/8,192.0.2.2,7
route1_options=src=192.0.2.5,table=5,onlink=true
route2=10.9.0.0/16,0.0.0.0,4
dns=192.0.2.53;
dns-search=example.org;

[ipv6]
method=manual
address1=2001:db8::5/64
gateway=2001:db8::1
route1=::/0,2001:db8::2,9
dns=2001:db8::53;
dns-search=example.org;
`);
});

it('writes what DHCP may set', () => {
  const overrides =
    '{hostname: me, send-hostname: true, route-metric: 50, use-dns: false, use-routes: true, use-hostname: false}';
  expect(
    files(`version: 2\nethernets: {eth0: {dhcp4: true, dhcp4-overrides: ${overrides}}}`)['eth0.nmconnection'],
  ).toBe(`${connection('eth0')}
[ipv4]
method=auto
dhcp-hostname=me
dhcp-send-hostname=true
route-metric=50
ignore-auto-dns=true
ignore-auto-routes=false

[ipv6]
method=auto

[hostname]
from-dhcp=0
`);
});

it('writes bonds, bridges and VLANs, and what they stand on', () => {
  const found = files(`
version: 2
bonds:
  bond0:
    interfaces: [eth1]
    dhcp4: true
    parameters: {mode: 802.3ad, lacp-rate: fast, mii-monitor-interval: 1s, min-links: 1}
bridges:
  br0: {interfaces: [eth2], addresses: [192.0.2.9/24], link-local: [], parameters: {stp: false, priority: 8192}}
vlans:
  vlan5: {id: 5, link: bond0, dhcp6: true, accept-ra: false}`);
  expect(found).toStrictEqual({
    'eth1.nmconnection': `${connection('eth1')}master=bond0\nslave-type=bond\n`,
    'eth2.nmconnection': `${connection('eth2')}master=br0\nslave-type=bridge\n`,
    'bond0.nmconnection': `${connection('bond0', 'bond')}\n[bond]\nmode=802.3ad\nlacp_rate=fast\nmiimon=1000\nmin_links=1\n${AUTO}`,
    'br0.nmconnection': `${connection('br0', 'bridge')}\n[bridge]\nstp=false\npriority=8192\n\n[ipv4]\nmethod=manual\naddress1=192.0.2.9/24\n\n[ipv6]\nmethod=disabled\n`,
    'vlan5.nmconnection': `${connection('vlan5', 'vlan')}\n[vlan]\nid=5\nparent=bond0\n\n[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=dhcp\n`,
  });
});

it('lets no value begin another line or an escape', () => {
  const text = `version: 2\nethernets: {eth0: {dhcp4: true, dhcp4-overrides: {hostname: "a\\nmethod=disabled\\\\n"}}}`;
  expect(files(text)['eth0.nmconnection']).toContain('dhcp-hostname=a method=disabled\\\\n\n');
});
