import {
  type Bond,
  type Bridge,
  type Device,
  type Ethernet,
  type Network,
  type RecipeFile,
  type Vlan,
} from '@gild/contracts';
import { deviceSections } from './device-sections.js';
import { allEthernets } from './implied-ethernets.js';
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

const filesOf = (network: Network): RecipeFile[] => [
  ...allEthernets(network).flatMap(([name, it]) => ethernetFiles(name, it, network)),
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

/** A network as files of systemd-networkd, read before the image's own default. */
export const networkdFiles = (network: Network | 'off'): readonly RecipeFile[] =>
  network === 'off' ? [file('off.network', unmanaged)] : filesOf(network);
