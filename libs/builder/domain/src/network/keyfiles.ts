import {
  interfaceOf,
  type Bond,
  type Bridge,
  type Device,
  type Ethernet,
  type Network,
  type RecipeFile,
  type Vlan,
} from '@gild/contracts';
import { isNoneRequired, waitForNone } from './required-online.js';
import { deviceFiles, type Virtual, type Writing } from './device-files.js';
import { addressSections } from './keyfile-sections.js';
import { unitText, type Section, type Setting } from './unit-text.js';

const FOLDER = '/etc/NetworkManager/system-connections';

/** Booleans are other words here than in units, and a backslash begins an escape. */
const inKeyfiles = ([name, settings]: Section): Section => [
  name,
  settings.map(([key, value]): Setting => [
    key,
    value === undefined ? undefined : String(value).replaceAll('\\', '\\\\'),
  ]),
];

/** Others could read secrets there, so NetworkManager takes no file that they can read. */
const connection = (id: string, sections: readonly Section[]): RecipeFile => ({
  path: `${FOLDER}/10-gild-${id}.nmconnection`,
  content: unitText(sections.map(inKeyfiles)),
  mode: '0600',
});

/** The bond or bridge a device is part of; it has no addresses of its own then. */
const controllerOf = (id: string, { bonds, bridges }: Network): Setting[] | undefined => {
  const holder = (groups: Readonly<Record<string, Bond | Bridge>>) =>
    Object.entries(groups).find(([, { interfaces }]) => interfaces.includes(id))?.[0];
  const bond = holder(bonds);
  const bridge = holder(bridges);
  if (bond !== undefined)
    return [
      ['master', bond],
      ['slave-type', 'bond'],
    ];
  return bridge === undefined
    ? undefined
    : [
        ['master', bridge],
        ['slave-type', 'bridge'],
      ];
};

type Kind = {
  type: string;
  /** Settings of the connection beyond its name, and sections beyond the usual ones. */
  named: readonly Setting[];
  sections: readonly Section[];
  network: Network;
};

const device = (id: string, it: Device, { type, named, sections, network }: Kind): RecipeFile => {
  const controller = controllerOf(id, network);
  const link: Setting[] = [
    ['cloned-mac-address', it.macaddress],
    ['mtu', it.mtu],
  ];
  const ethernet = sections.filter(([name]) => name === 'ethernet').flatMap(([, settings]) => settings);
  return connection(id, [
    ['connection', [['id', `gild-${id}`], ['type', type], ...named, ...(controller ?? [])]],
    ['ethernet', [...ethernet, ...link]],
    ...sections.filter(([name]) => name !== 'ethernet'),
    ...(controller === undefined ? addressSections(it) : []),
  ]);
};

/** Which interfaces a connection is for. 3: on as many as fit at once. */
const choiceOf = (id: string, ethernet: Ethernet): Pick<Kind, 'named' | 'sections'> => {
  const { match } = ethernet;
  const name = interfaceOf(id, ethernet);
  const pattern = name === undefined ? match?.name : undefined;
  const isOne = name !== undefined || match?.macaddress !== undefined;
  return {
    named: [
      ['interface-name', name],
      ['multi-connect', isOne ? undefined : 3],
    ],
    sections: [
      ['match', [['interface-name', pattern === undefined ? undefined : `${pattern};`]]],
      ['ethernet', [['mac-address', match?.macaddress]]],
    ],
  };
};

const ethernetFiles = (id: string, ethernet: Ethernet, network: Network): RecipeFile[] => [
  device(id, ethernet, { type: 'ethernet', ...choiceOf(id, ethernet), network }),
];

const milliseconds = (value: string | number | boolean | undefined): number | undefined => {
  const [, number, unit] = /^(\d+)(ms|s)?$/.exec(String(value)) ?? [];
  if (number === undefined) return undefined;
  return unit === 's' ? Number(number) * 1000 : Number(number);
};

const vlanSection = ({ id, link }: Vlan, { ethernets }: Network): Section => [
  'vlan',
  [
    ['id', id],
    ['parent', link in ethernets ? interfaceOf(link, ethernets[link]) : link],
  ],
];

const virtualFiles = (id: string, it: Device, { kind, section, network }: Virtual): RecipeFile[] => [
  device(id, it, { type: kind, named: [['interface-name', id]], sections: [section], network }),
];

const WRITING: Writing = {
  ethernet: ethernetFiles,
  virtual: virtualFiles,
  bond: {
    section: 'bond',
    settings: {
      mode: 'mode',
      'lacp-rate': 'lacp_rate',
      'mii-monitor-interval': 'miimon',
      'min-links': 'min_links',
      'transmit-hash-policy': 'xmit_hash_policy',
    },
  },
  bridge: {
    section: 'bridge',
    settings: {
      stp: 'stp',
      'forward-delay': 'forward-delay',
      'hello-time': 'hello-time',
      'max-age': 'max-age',
      'ageing-time': 'ageing-time',
      priority: 'priority',
    },
  },
  vlan: vlanSection,
  interval: milliseconds,
};

const off: RecipeFile = {
  path: '/etc/NetworkManager/conf.d/20-gild-off.conf',
  content: '[keyfile]\nunmanaged-devices=*\n',
  mode: '0644',
};

const noWait = waitForNone('NetworkManager-wait-online.service');

/**
 * A network as connections of NetworkManager, taken rather than the image's own default. A start waits for what is being
 * brought up, a minute at most, and for nothing that has no carrier; NetworkManager cannot leave one device of several out.
 */
export const keyfiles = (network: Network | 'off'): readonly RecipeFile[] => {
  if (network === 'off') return [off];
  return [...deviceFiles(network, WRITING), ...(isNoneRequired(network) ? [noWait] : [])];
};
