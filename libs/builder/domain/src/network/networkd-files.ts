import {
  type Bond,
  type Bridge,
  type Device,
  type Ethernet,
  type Network,
  type RecipeFile,
} from '@gild/contracts';
import { isNoneRequired, waitForNone } from './required-online.js';
import { deviceFiles, type Virtual, type Writing } from './device-files.js';
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

/** A device that is renamed is known by its address. */
const matchOf = (id: string, { match, 'set-name': rename }: Ethernet): Section => [
  'Match',
  [
    ['PermanentMACAddress', match?.macaddress],
    ['Name', rename === undefined ? (match === undefined ? id : match.name) : undefined],
  ],
];

const ethernetFiles = (id: string, ethernet: Ethernet, network: Network): RecipeFile[] => [
  file(`${id}.network`, [
    matchOf(id, ethernet),
    ...deviceSections(ethernet, joinsOf(id, network), ethernet.macaddress),
  ]),
];

const virtualFiles = (name: string, device: Device, { kind, section, network }: Virtual): RecipeFile[] => {
  const identity: Setting[] = [
    ['Name', name],
    ['Kind', kind],
    ['MACAddress', device.macaddress],
  ];
  return [
    file(`${name}.netdev`, [['NetDev', identity], section]),
    file(`${name}.network`, [['Match', [['Name', name]]], ...deviceSections(device, joinsOf(name, network))]),
  ];
};

type Value = string | number | boolean | undefined;

const milliseconds = (value: Value): Value => (/^\d+$/.test(String(value)) ? `${String(value)}ms` : value);

const WRITING: Writing = {
  ethernet: ethernetFiles,
  virtual: virtualFiles,
  bond: {
    section: 'Bond',
    settings: {
      mode: 'Mode',
      'lacp-rate': 'LACPTransmitRate',
      'mii-monitor-interval': 'MIIMonitorSec',
      'min-links': 'MinLinks',
      'transmit-hash-policy': 'TransmitHashPolicy',
    },
  },
  bridge: {
    section: 'Bridge',
    settings: {
      stp: 'STP',
      'forward-delay': 'ForwardDelaySec',
      'hello-time': 'HelloTimeSec',
      'max-age': 'MaxAgeSec',
      'ageing-time': 'AgeingTimeSec',
      priority: 'Priority',
    },
  },
  vlan: ({ id }) => ['VLAN', [['Id', id]]],
  interval: milliseconds,
};

const unmanaged: readonly Section[] = [
  ['Match', [['Name', '*']]],
  ['Link', [['Unmanaged', true]]],
];

const noWait = waitForNone('systemd-networkd-wait-online.service');

/** A network as files of systemd-networkd, read before the image's own default. */
export const networkdFiles = (network: Network | 'off'): readonly RecipeFile[] => {
  if (network === 'off') return [file('off.network', unmanaged), noWait];
  return [...deviceFiles(network, WRITING), ...(isNoneRequired(network) ? [noWait] : [])];
};
