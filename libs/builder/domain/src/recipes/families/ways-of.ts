import type { Release } from '@gild/contracts';
import { APT_WAYS } from './apt-ways.js';
import { rpmWays } from './rpm-ways.js';
import type { Ways } from './ways.js';

/** The ways of a release's family. */
export const waysOf = (release: Release): Ways => (release.family === 'apt' ? APT_WAYS : rpmWays(release));
