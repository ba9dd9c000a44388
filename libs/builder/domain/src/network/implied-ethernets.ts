import type { Ethernet, Network } from '@gild/contracts';

const plain: Ethernet = { dhcp4: false, dhcp6: false, optional: false, addresses: [], routes: [] };

/** Devices that others stand on although nothing else is said about them. */
const impliedNames = ({ ethernets, bonds, bridges, vlans }: Network): string[] => {
  const known = new Set([ethernets, bonds, bridges, vlans].flatMap((group) => Object.keys(group)));
  const wanted = [
    ...[...Object.values(bonds), ...Object.values(bridges)].flatMap(({ interfaces }) => interfaces),
    ...Object.values(vlans).map(({ link }) => link),
  ];
  return [...new Set(wanted)].filter((name) => !known.has(name));
};

/** Every ethernet device of a network, those last that only others name. */
export const allEthernets = (network: Network): [id: string, ethernet: Ethernet][] => [
  ...Object.entries(network.ethernets),
  ...impliedNames(network).map((name): [string, Ethernet] => [name, plain]),
];
