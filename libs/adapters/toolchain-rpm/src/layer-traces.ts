import type { ExtraRepository, Target } from '@gild/contracts';
import { DATE, PLACE, SURROUNDINGS, unitSwitch } from '@gild/layer-steps';
import { EXTRACT } from './bootstrap.js';
import { HOSTS, repositoryFiles, RESOLVER } from './build-layer.js';
import { INSTALL_TIMES } from './install-times.js';
import { INSTALL } from './install-packages.js';
import { releaseOf } from './releases.js';
import { NORMALISE } from './rpm-leftovers.js';
import { RPM_SURROUNDINGS } from './rpm-surroundings.js';

const SAMPLE: ExtraRepository = {
  name: 'sample',
  uri: 'https://sample.invalid',
  suite: './',
  components: [],
  key: 'key',
};

/**
 * The text of what this adapter itself runs in a layer, writes into it and surrounds its steps with, on samples where a
 * recipe has a say, for one target: where it changes, so do its layers. What is decided between these texts it does not show.
 */
export const layerTraces = (target: Target): string =>
  JSON.stringify([
    [EXTRACT, INSTALL, PLACE, INSTALL_TIMES, NORMALISE, DATE, RESOLVER, HOSTS],
    releaseOf(target),
    [repositoryFiles([SAMPLE]), unitSwitch('enable', ['sample.service']), SURROUNDINGS, RPM_SURROUNDINGS],
  ]);
