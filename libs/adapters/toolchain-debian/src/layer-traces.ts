import type { ExtraRepository, Target } from '@gild/contracts';
import { DATE, PLACE, SURROUNDINGS, unitSwitch } from '@gild/layer-steps';
import { NORMALISE } from './apt-leftovers.js';
import { CONFIGURE, EXTRACT, foundationFiles } from './bootstrap.js';
import { repositoryFiles } from './build-layer.js';
import { DEBIAN_SURROUNDINGS } from './debian-surroundings.js';
import { INSTALL, LATER } from './install-packages.js';
import { imageSettings } from './local-repository.js';
import { releaseOf } from './releases.js';

const SAMPLE: ExtraRepository = {
  name: 'sample',
  uri: 'https://sample.invalid',
  suite: 'stable',
  components: ['main', 'extra'],
  key: 'key',
};

/**
 * The text of what this adapter itself runs in a layer, writes into it and surrounds its steps with, on samples where a
 * recipe has a say, for one target: where it changes, so do its layers. What is decided between these texts, such as the order of the steps, how
 * the first packages are chosen or the time of a layer, it does not show.
 */
export const layerTraces = (target: Target): string =>
  JSON.stringify([
    [EXTRACT, CONFIGURE, INSTALL, LATER, PLACE, NORMALISE, DATE],
    releaseOf(target),
    [
      repositoryFiles([SAMPLE]),
      unitSwitch('enable', ['sample.service']),
      { ...DEBIAN_SURROUNDINGS, ...SURROUNDINGS },
    ],
    [imageSettings(target), foundationFiles(target)],
  ]);
