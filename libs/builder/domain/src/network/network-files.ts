import { parseNetwork, type Network, type RecipeFile, type Renderer } from '@gild/contracts';
import { keyfiles } from './keyfiles.js';
import { networkdFiles } from './networkd-files.js';

const FILES: Readonly<Record<Renderer, (network: Network | 'off') => readonly RecipeFile[]>> = {
  networkd: networkdFiles,
  NetworkManager: keyfiles,
};

/** A network configuration as files of what brings the image's network up; none without one. */
export const networkFiles = (
  text: string | undefined,
  renderer: Renderer = 'networkd',
): readonly RecipeFile[] => {
  if (text === undefined) return [];
  const parsed = parseNetwork(text, renderer);
  return parsed.ok ? FILES[renderer](parsed.network) : [];
};
