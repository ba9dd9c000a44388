import type { Bond, Bridge, Device, Ethernet, Network, RecipeFile, Vlan } from '@gild/contracts';
import { allEthernets } from './implied-ethernets.js';
import { type Section, type Setting, unitText } from './unit-text.js';

type Value = string | number | boolean | undefined;

/** A device that stands on others: its kind, and the section that only this kind has. */
export type Virtual = { kind: 'bond' | 'bridge' | 'vlan'; section: Section; network: Network };

/** What parameters are called, in the order they are written in. */
type Named<Parameter extends string> = { section: string; settings: Readonly<Record<Parameter, string>> };

/** How a network is said to what brings it up. */
export type Writing = {
  ethernet: (id: string, it: Ethernet, network: Network) => readonly RecipeFile[];
  virtual: (id: string, it: Device, on: Virtual) => readonly RecipeFile[];
  bond: Named<keyof Bond['parameters']>;
  bridge: Named<keyof Bridge['parameters']>;
  vlan: (it: Vlan, network: Network) => Section;
  /** A time; netplan counts in milliseconds where a number has no unit. */
  interval: (value: Value) => Value;
};

const sectionOf = <Parameter extends string>(
  { section, settings }: Named<Parameter>,
  parameters: Partial<Record<Parameter, Value>>,
): Section => [
  section,
  (Object.keys(settings) as Parameter[]).map((one): Setting => [settings[one], parameters[one]]),
];

/** udev renames devices, whatever brings them up (systemd.link(5)). */
const renaming = (id: string, { match, 'set-name': name }: Ethernet): RecipeFile[] => {
  if (name === undefined) return [];
  const sections: Section[] = [
    ['Match', [['PermanentMACAddress', match?.macaddress]]],
    ['Link', [['Name', name]]],
  ];
  return [{ path: `/etc/systemd/network/10-gild-${id}.link`, content: unitText(sections), mode: '0644' }];
};

/** The files of every device: those of hardware first, then what stands on it. */
export const deviceFiles = (network: Network, writing: Writing): RecipeFile[] => {
  const virtual = <D extends Device>(
    kind: Virtual['kind'],
    devices: Readonly<Record<string, D>>,
    sectionOfOne: (it: D) => Section,
  ): RecipeFile[] =>
    Object.entries(devices).flatMap(([id, it]) =>
      writing.virtual(id, it, { kind, section: sectionOfOne(it), network }),
    );
  return [
    ...allEthernets(network).flatMap(([id, it]) => [
      ...renaming(id, it),
      ...writing.ethernet(id, it, network),
    ]),
    ...virtual('bond', network.bonds, ({ parameters }) => {
      const interval = writing.interval(parameters['mii-monitor-interval']);
      return sectionOf(writing.bond, { ...parameters, 'mii-monitor-interval': interval });
    }),
    ...virtual('bridge', network.bridges, ({ parameters }) =>
      sectionOf(writing.bridge, { ...parameters, stp: parameters.stp ?? true }),
    ),
    ...virtual('vlan', network.vlans, (it) => writing.vlan(it, network)),
  ];
};
