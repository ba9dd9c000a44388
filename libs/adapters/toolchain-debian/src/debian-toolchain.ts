import { createHash } from 'node:crypto';
import type { Toolchain } from '@gild/ports';
import { buildLayer } from './build-layer.js';
import { fetchLayer } from './fetch-layer.js';
import { installedPackages, packageStatus } from './installed.js';
import { layerTraces } from './layer-traces.js';
import { resolveLayers } from './resolve.js';
import type { DebianToolchainOptions } from './toolchain-options.js';

/** Raised when a change of this adapter changes layers in a way the text of their traces does not show. */
const FORMAT = 1;

const traces = createHash('sha256').update(layerTraces()).digest('hex');

/**
 * Layers of Debian and its kin. The image installs its own packages with its own dpkg and apt, so of the host's tools
 * none leaves traces; apt and dpkg-deb of the host resolve, download and unpack.
 */
export const debianToolchain = (options: DebianToolchainOptions): Toolchain => ({
  versions: async () => ({ 'debian-layers': `${FORMAT}-${traces.slice(0, 16)}` }),
  resolve: resolveLayers(options),
  build: buildLayer(options),
  fetch: fetchLayer(options),
  packageState: (lower) => packageStatus(lower),
  installed: (lower) => installedPackages(lower),
});
