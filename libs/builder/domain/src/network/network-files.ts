import {
  parseNetwork,
  type Bond,
  type Bridge,
  type Device,
  type Ethernet,
  type Network,
  type RecipeFile,
  type Vlan,
} from '@gild/contracts';
import { deviceSections } from './device-sections.js';
import { unitText, type Section, type Setting } from './unit-text.js';

const FOLDER = '/etc/systemd/network';

const file = (name: string, sections: readonly Section[]): RecipeFile => ({
  path: `${FOLDER}/10-gild-${name}`,
  content: unitText(sections),
  mode: '0644',
});

/** Which bond, bridge and VLANs stand on a device. */
const joinsOf = (name: string, { bonds, bridges, vlans }: Network): Setting[] => {
  const holding = (key: string, groups: Readonly<Record<string, Bond | Bridge>>) =>
    Object.entries(groups).flatMap(([group, { interfaces }]): Setting[] =>
      interfaces.includes(name) ? [[key, group]] : [],
    );
  const tagged = Object.entries(vlans).flatMap(([vlan, { link }]): Setting[] =>
    link === name ? [['VLAN', vlan]] : [],
  );
  return [...holding('Bond', bonds), ...holding('Bridge', bridges), ...tagged];
};

const matchOf = (name: string, { match }: Ethernet): Section => [
  'Match',
  [
    ['PermanentMACAddress', match?.macaddress],
    ['Name', match === undefined ? name : match.name],
  ],
];

const ethernetFiles = (name: string, ethernet: Ethernet, network: Network): RecipeFile[] => {
  const match = matchOf(name, ethernet);
  const rename = ethernet['set-name'];
  const link: Section[] = [match, ['Link', [['Name', rename]]]];
  const joins = joinsOf(name, network);
  return [
    ...(rename === undefined ? [] : [file(`${name}.link`, link)]),
    file(`${name}.network`, [match, ...deviceSections(ethernet, joins, ethernet.macaddress)]),
  ];
};

type Kind = { kind: string; settings: Section };

const virtualFiles = (name: string, device: Device, on: Kind & { network: Network }): RecipeFile[] => {
  const identity: Setting[] = [
    ['Name', name],
    ['Kind', on.kind],
    ['MACAddress', device.macaddress],
  ];
  return [
    file(`${name}.netdev`, [['NetDev', identity], on.settings]),
    file(`${name}.network`, [
      ['Match', [['Name', name]]],
      ...deviceSections(device, joinsOf(name, on.network)),
    ]),
  ];
};

type Value = string | number | boolean | undefined;

/** netplan counts in milliseconds where a number has no unit. */
const milliseconds = (value: Value): Value => (/^\d+$/.test(String(value)) ? `${String(value)}ms` : value);

const bondSettings = ({ parameters }: Bond): Section => [
  'Bond',
  [
    ['Mode', parameters.mode],
    ['LACPTransmitRate', parameters['lacp-rate']],
    ['MIIMonitorSec', milliseconds(parameters['mii-monitor-interval'])],
    ['MinLinks', parameters['min-links']],
    ['TransmitHashPolicy', parameters['transmit-hash-policy']],
  ],
];

const bridgeSettings = ({ parameters }: Bridge): Section => [
  'Bridge',
  [
    ['STP', parameters.stp ?? true],
    ['ForwardDelaySec', parameters['forward-delay']],
    ['HelloTimeSec', parameters['hello-time']],
    ['MaxAgeSec', parameters['max-age']],
    ['AgeingTimeSec', parameters['ageing-time']],
    ['Priority', parameters.priority],
  ],
];

const vlanSettings = ({ id }: Vlan): Section => ['VLAN', [['Id', id]]];

/** Devices that others stand on although nothing else is said about them. */
const impliedEthernets = ({ ethernets, bonds, bridges, vlans }: Network): string[] => {
  const known = new Set([ethernets, bonds, bridges, vlans].flatMap((group) => Object.keys(group)));
  const wanted = [
    ...[...Object.values(bonds), ...Object.values(bridges)].flatMap(({ interfaces }) => interfaces),
    ...Object.values(vlans).map(({ link }) => link),
  ];
  return [...new Set(wanted)].filter((name) => !known.has(name));
};

const plain: Ethernet = { dhcp4: false, dhcp6: false, optional: false, addresses: [], routes: [] };

const filesOf = (network: Network): RecipeFile[] => [
  ...Object.entries(network.ethernets).flatMap(([name, it]) => ethernetFiles(name, it, network)),
  ...impliedEthernets(network).flatMap((name) => ethernetFiles(name, plain, network)),
  ...Object.entries(network.bonds).flatMap(([name, it]) =>
    virtualFiles(name, it, { kind: 'bond', settings: bondSettings(it), network }),
  ),
  ...Object.entries(network.bridges).flatMap(([name, it]) =>
    virtualFiles(name, it, { kind: 'bridge', settings: bridgeSettings(it), network }),
  ),
  ...Object.entries(network.vlans).flatMap(([name, it]) =>
    virtualFiles(name, it, { kind: 'vlan', settings: vlanSettings(it), network }),
  ),
];

const unmanaged: readonly Section[] = [
  ['Match', [['Name', '*']]],
  ['Link', [['Unmanaged', true]]],
];

/** A network configuration as files of systemd-networkd, read before the image's own default; none without one. */
export const networkFiles = (text: string | undefined): readonly RecipeFile[] => {
  if (text === undefined) return [];
  const parsed = parseNetwork(text);
  if (!parsed.ok) return [];
  return parsed.network === 'off' ? [file('off.network', unmanaged)] : filesOf(parsed.network);
};
