import { pathText } from '../validation/violation.js';
import { parseNetwork } from './parse-network.js';

const problems = (text: string) => {
  const parsed = parseNetwork(text);
  return parsed.ok ? [] : parsed.problems.map(pathText);
};

it.each([
  ['version: 2\nwifis: {wlan0: {}}', 'wifis'],
  ['version: 2\nrenderer: NetworkManager', 'renderer'],
  ['version: 2\nethernets: {eth0: {wakeonlan: true}}', 'ethernets.eth0.wakeonlan'],
  ['version: 2\nethernets: {eth0: {match: {driver: e1000}}}', 'ethernets.eth0.match.driver'],
  [
    'version: 2\nethernets: {eth0: {addresses: [192.0.2.1/24: {lifetime: 0}]}}',
    'ethernets.eth0.addresses[0]',
  ],
  ['version: 2\nbonds: {b: {parameters: {primary: eth0}}}', 'bonds.b.parameters.primary'],
  ['version: 1\nconfig: [{type: infiniband, name: ib0}]', 'config[0].type'],
  [
    'version: 1\nconfig: [{type: bond, name: b, bond_interfaces: [], params: {bond-primary: eth0}}]',
    'bonds.b.parameters.primary',
  ],
  ['version: 2\nethernets: {eth0: {match: {}}}', 'ethernets.eth0.match'],
  ['version: 2\nethernets: {any: {match: {name: eth0}, set-name: lan0}}', 'ethernets.any.set-name'],
  [
    'version: 2\nethernets: {a: {match: {name: eth0, macaddress: "52:54:00:12:34:56"}, set-name: lan0}}',
    'ethernets.a.set-name',
  ],
  ['version: 2\nethernets: {eth0: {set-name: lan0}}', 'ethernets.eth0.set-name'],
  [
    'version: 1\nconfig: [{type: loopback, name: lo, subnets: [{type: static, address: 192.0.2.1/32}]}]',
    'config[0].subnets',
  ],
  ['version: 1\nconfig: [{type: loopback, name: lo, mtu: 9000}]', 'config[0].mtu'],
  [
    'version: 1\nconfig: [{type: physical, name: eth0, subnets: [{type: dhcp6, metric: 7}]}]',
    'config[0].subnets[0].metric',
  ],
  [
    'version: 1\nconfig: [{type: physical, name: eth0, subnets: [{type: static, address: 192.0.2.1/24, metric: 7}]}]',
    'config[0].subnets[0].metric',
  ],
])('refuses what it cannot write, by its path: %j', (text, path) => {
  expect(problems(text)).toStrictEqual([path]);
});

const routeTo = (destination: string) => {
  const subnet = `{type: static, address: 192.0.2.5/24, routes: [{${destination}, gateway: 192.0.2.1}]}`;
  const parsed = parseNetwork(`version: 1\nconfig: [{type: physical, name: eth0, subnets: [${subnet}]}]`);
  return parsed.ok && parsed.network !== 'off' ? parsed.network.ethernets['eth0']?.routes[0]?.to : parsed;
};

it.each([
  ['destination: default', 'default'],
  ['destination: 0.0.0.0/0', 'default'],
  ['destination: 0.0.0.0', 'default'],
  ['destination: 0.0.0.0, netmask: 0.0.0.0', 'default'],
  ['destination: 0.0.0.0, prefix: 0', 'default'],
  ["destination: '::/0'", 'default'],
  ["destination: '::'", 'default'],
  ['destination: 0.0.0.0/1', '0.0.0.0/1'],
  ['destination: 128.0.0.0/1', '128.0.0.0/1'],
  ['destination: 0.0.0.0, netmask: 128.0.0.0', '0.0.0.0/1'],
  ['destination: 0.0.0.0, prefix: 1', '0.0.0.0/1'],
  ["destination: '::/1'", '::/1'],
  ["destination: '::', prefix: 1", '::/1'],
  ['destination: 192.0.2.7', '192.0.2.7/32'],
  ['destination: 192.0.2.0, netmask: 255.255.255.0', '192.0.2.0/24'],
  ['network: 10.0.0.0/8', '10.0.0.0/8'],
])('takes the route with %s for one to %s', (destination, to) => {
  expect(routeTo(destination)).toBe(to);
});
