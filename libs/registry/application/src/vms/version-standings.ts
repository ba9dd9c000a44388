import { publishedArtifacts, type VersionState } from '@gild/contracts';
import { standingOf } from '@gild/registry-domain';
import { isNewer, newestFirst } from '../documents/version-order.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

/** Where versions stand; what takes a comparison of numbers is worked out once, however many machines run a version. */
export type Standings = {
  /** Undefined when there is no such version. */
  stateOf: (image: string, version: string) => VersionState | undefined;
  /** The newest version of the image that is `published` and has an image for the architecture; for any where none is named. */
  newestOf: (image: string, arch?: string) => string | undefined;
  /** Whether the version is newer than the other one. */
  isNewer: (version: string, than: string) => boolean;
};

export const versionStandings = (images: ImagesState): Standings => {
  const stateOf: Standings['stateOf'] = (name, version) => {
    const image = images.get(name);
    return image?.versions.has(version) === true ? standingOf(image.life.fates.get(version)) : undefined;
  };
  const newestOf = remembered((name: string, arch?: string) => {
    const versions = images.get(name)?.versions ?? new Map<string, PublishedVersion>();
    return newestFirst(versions.keys()).find(
      (version) => isFor(versions.get(version), arch) && stateOf(name, version) === 'published',
    );
  });
  return { stateOf, newestOf, isNewer: remembered(isNewer) };
};

const isFor = (published: PublishedVersion | undefined, arch: string | undefined): boolean =>
  published !== undefined &&
  (arch === undefined || publishedArtifacts(published).some(({ artifact }) => artifact.arch === arch));

/** The answers of a function of two names, each worked out once. */
const remembered = <N, V>(answer: (first: string, second: N) => V): ((first: string, second: N) => V) => {
  const answers = new Map<string, Map<N, V>>();
  return (first, second) => {
    const ofFirst = answers.get(first) ?? new Map<N, V>();
    answers.set(first, ofFirst);
    if (!ofFirst.has(second)) ofFirst.set(second, answer(first, second));
    return ofFirst.get(second) as V;
  };
};
