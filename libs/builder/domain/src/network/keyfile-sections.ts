import { ipMethods, type Device, type NetworkRoute } from '@gild/contracts';
import type { Section, Setting } from './unit-text.js';

type Family = 'ipv4' | 'ipv6';

const isOf = (family: Family) => (address: string) => address.includes(':') === (family === 'ipv6');

/** Lists end with their separator; NetworkManager splits at no other. */
const list = (values: readonly string[]): string | undefined =>
  values.length === 0 ? undefined : values.map((value) => `${value};`).join('');

const DEFAULT = /^(default|0\/0|0\.0\.0\.0\/0|::\/0)$/;
const ALL = { ipv4: '0.0.0.0/0', ipv6: '::/0' };
const NOWHERE = { ipv4: '0.0.0.0', ipv6: '::' };

const familyOf = ({ to, via }: NetworkRoute): Family => (isOf('ipv6')(via ?? to) ? 'ipv6' : 'ipv4');

const routeOptions = ({ from, table, ...route }: NetworkRoute): string | undefined => {
  const options = [
    ...(from === undefined ? [] : [`src=${from}`]),
    ...(table === undefined ? [] : [`table=${table}`]),
    ...(route['on-link'] === true ? ['onlink=true'] : []),
  ];
  return options.length === 0 ? undefined : options.join(',');
};

const routeSettings = (route: NetworkRoute, number: number): Setting[] => {
  const family = familyOf(route);
  const to = DEFAULT.test(route.to) ? ALL[family] : route.to;
  const { via, metric } = route;
  const words = [to, via ?? (metric === undefined ? undefined : NOWHERE[family]), metric];
  return [
    [`route${number}`, words.filter((word) => word !== undefined).join(',')],
    [`route${number}_options`, routeOptions(route)],
  ];
};

/** What is said of DHCP is said of that of IPv4. */
const dhcpSettings = ({ 'dhcp4-overrides': overrides = {} }: Device): Setting[] => [
  ['dhcp-hostname', overrides.hostname],
  ['dhcp-send-hostname', overrides['send-hostname']],
  ['route-metric', overrides['route-metric']],
  ['ignore-auto-dns', overrides['use-dns'] === undefined ? undefined : !overrides['use-dns']],
  ['ignore-auto-routes', overrides['use-routes'] === undefined ? undefined : !overrides['use-routes']],
];

const usesLinkLocal = (device: Device): true | undefined =>
  device['link-local']?.includes('ipv4') ? true : undefined;

const resolverSettings = (family: Family, { nameservers }: Device, isOn: boolean): Setting[] => [
  ['dns', list((nameservers?.addresses ?? []).filter(isOf(family)))],
  ['dns-search', isOn ? list(nameservers?.search ?? []) : undefined],
];

/** What only IPv4 is told. 3: beside the other addresses. */
const ipv4Settings = (device: Device, isOn: boolean): Setting[] => [
  ['link-local', isOn && usesLinkLocal(device) ? 3 : undefined],
  ...dhcpSettings(device),
];

const familySection = (family: Family, device: Device): Section => {
  const method = ipMethods(device)[family];
  const isOn = method !== 'disabled' && method !== 'link-local';
  const addresses = device.addresses.filter(isOf(family));
  const routes = device.routes.filter((route) => familyOf(route) === family);
  const isV4 = family === 'ipv4';
  return [
    family,
    [
      ['method', method],
      ...addresses.map((address, index): Setting => [`address${index + 1}`, address]),
      ['gateway', isV4 ? device.gateway4 : device.gateway6],
      ...routes.flatMap((route, index) => routeSettings(route, index + 1)),
      ...resolverSettings(family, device, isOn),
      ...(isV4 ? ipv4Settings(device, isOn) : []),
    ],
  ];
};

/** Of three values, of which the one left out is the default. */
const numbered = (value: boolean | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

/** The addresses, routes and resolvers of a device, and what it takes of those it is handed. */
export const addressSections = (device: Device): readonly Section[] => [
  familySection('ipv4', device),
  familySection('ipv6', device),
  ['hostname', [['from-dhcp', numbered(device['dhcp4-overrides']?.['use-hostname'])]]],
];
