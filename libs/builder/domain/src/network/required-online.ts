import type { Device, Network, RecipeFile } from '@gild/contracts';

const devicesOf = ({ ethernets, bonds, bridges, vlans }: Network): readonly Device[] => [
  ...Object.values(ethernets),
  ...Object.values(bonds),
  ...Object.values(bridges),
  ...Object.values(vlans),
];

/** No start waits for a network: the program of the unit that waits for one is not run. */
export const waitForNone = (unit: string): RecipeFile => ({
  path: `/etc/systemd/system/${unit}.d/20-gild-none-required.conf`,
  content: '[Service]\nExecStart=\nExecStart=/bin/true\n',
  mode: '0644',
});

/**
 * A definition that names devices and requires none has no start wait for a network, nor for the devices it does not name,
 * which the image's own default brings up.
 */
export const isNoneRequired = (network: Network): boolean => {
  const devices = devicesOf(network);
  return devices.length > 0 && devices.every(({ optional }) => optional);
};
