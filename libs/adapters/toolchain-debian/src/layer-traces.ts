import type { Target } from '@gild/contracts';
import { CONFIGURE, EXTRACT, foundationFiles } from './bootstrap.js';
import { INSTALL, LATER } from './install-packages.js';
import { imageSettings } from './local-repository.js';
import { DATE, NORMALISE } from './normalise.js';
import { PLACE } from './place-files.js';
import { RELEASES } from './releases.js';

const targets: readonly Target[] = RELEASES.flatMap(({ distribution, release, arches }) =>
  (Object.keys(arches) as Target['arch'][]).map((arch) => ({ distribution, release, arch })),
);

/** The text of everything in this adapter that leaves traces in a layer: where it changes, so do layers. */
export const layerTraces = (): string =>
  JSON.stringify([
    [EXTRACT, CONFIGURE, INSTALL, LATER, PLACE, NORMALISE, DATE],
    RELEASES,
    targets.map((target) => [imageSettings(target), foundationFiles(target)]),
  ]);
