import { createHash } from 'node:crypto';
import type { Target } from '@gild/contracts';
import { layerFetcher } from '@gild/layer-steps';
import type { Toolchain } from '@gild/ports';
import { buildLayer, packagesOf } from './build-layer.js';
import { installedPackages, packageStatus } from './installed.js';
import { layerTraces } from './layer-traces.js';
import { resolveLayers } from './resolve.js';
import type { DebianToolchainOptions } from './toolchain-options.js';

/** Raised when a change of this adapter changes layers in a way the text of their traces does not show. */
const FORMAT = 1;

const tracesOf = (target: Target): string =>
  createHash('sha256').update(layerTraces(target)).digest('hex').slice(0, 16);

/**
 * Layers of Debian and its kin. The image installs its own packages with its own dpkg and apt, so of the host's tools
 * none leaves traces; apt and dpkg-deb of the host resolve, download and unpack.
 */
export const debianToolchain = (options: DebianToolchainOptions): Toolchain => ({
  versions: async (target) => ({ 'debian-layers': `${FORMAT}-${tracesOf(target)}` }),
  resolve: resolveLayers(options),
  build: buildLayer(options),
  fetch: layerFetcher(options, packagesOf),
  packageState: (_target, lower) => packageStatus(lower),
  installed: (_target, lower) => installedPackages(lower),
});
