import { pathText } from '../validation/violation.js';
import { parseNetwork } from './parse-network.js';

const problems = (text: string) => {
  const parsed = parseNetwork(text, 'NetworkManager');
  return parsed.ok ? [] : parsed.problems.map(pathText);
};
const eth0 = (settings: string) => `version: 2\nethernets: {eth0: {${settings}}}`;

it.each([
  ['version: 2\nrenderer: networkd', 'renderer'],
  [eth0('renderer: networkd'), 'ethernets.eth0.renderer'],
  [eth0('dhcp4: true, dhcp4-overrides: {use-domains: route}'), 'ethernets.eth0.dhcp4-overrides.use-domains'],
  [eth0('dhcp4: true, dhcp4-overrides: {use-ntp: false}'), 'ethernets.eth0.dhcp4-overrides.use-ntp'],
  [eth0('link-local: [], nameservers: {addresses: [192.0.2.53]}'), 'ethernets.eth0.nameservers.addresses[0]'],
  [eth0('gateway4: 192.0.2.1'), 'ethernets.eth0.gateway4'],
  [
    eth0('dhcp4: true, link-local: [], routes: [{to: "2001:db8::/32", via: "fe80::1"}]'),
    'ethernets.eth0.routes[0]',
  ],
  [
    'version: 2\nbonds: {b: {parameters: {mii-monitor-interval: 1min}}}',
    'bonds.b.parameters.mii-monitor-interval',
  ],
  ['version: 2\nbridges: {b: {parameters: {forward-delay: 15s}}}', 'bridges.b.parameters.forward-delay'],
  ['version: 2\nethernets: {lan: {match: {name: "en*"}}}\nvlans: {v: {id: 5, link: lan}}', 'vlans.v.link'],
])('refuses what NetworkManager cannot be told, by its path: %j', (text, path) => {
  expect(problems(text)).toStrictEqual([path]);
});

it('takes what NetworkManager does anyway', () => {
  const overrides = 'dhcp4-overrides: {use-domains: true, use-mtu: true, use-ntp: true}';
  expect(
    problems(`renderer: NetworkManager\n${eth0(`dhcp4: true, optional: true, ${overrides}`)}`),
  ).toStrictEqual([]);
});
