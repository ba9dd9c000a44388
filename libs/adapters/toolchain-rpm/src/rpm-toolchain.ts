import { createHash } from 'node:crypto';
import type { Target } from '@gild/contracts';
import { layerFetcher, wantedPackages } from '@gild/layer-steps';
import type { Toolchain } from '@gild/ports';
import { fetchArchives } from './archives.js';
import { buildLayer } from './build-layer.js';
import { installedPackages } from './installed.js';
import { layerTraces } from './layer-traces.js';
import { renderState } from './package-state.js';
import { resolveLayers } from './resolve.js';
import type { RpmToolchainOptions } from './toolchain-options.js';

/** Raised when a change of this adapter changes layers in a way the text of their traces does not show. */
const FORMAT = 1;

const tracesOf = (target: Target): string =>
  createHash('sha256').update(layerTraces(target)).digest('hex').slice(0, 16);

/**
 * Layers of Fedora, CentOS Stream and RHEL. The image installs its own packages with its own rpm, so of the host's tools none
 * leaves traces; dnf's library on the host resolves and downloads, its rpm checks signatures and unpacks the first of them.
 */
export const rpmToolchain = (options: RpmToolchainOptions): Toolchain => ({
  versions: async (target) => ({ 'rpm-layers': `${FORMAT}-${tracesOf(target)}` }),
  resolve: resolveLayers(options),
  build: buildLayer(options),
  fetch: layerFetcher(options, (work, layer) => fetchArchives(work, wantedPackages(layer))),
  packageState: async (target, lower, context) =>
    renderState(await installedPackages(options.sandbox, { arch: target.arch, lower }, context)),
  installed: ({ arch }, lower, context) => installedPackages(options.sandbox, { arch, lower }, context),
});
