import { publishedArtifacts, type VersionState } from '@gild/contracts';
import { standingOf } from '@gild/registry-domain';
import { newestFirst } from '../documents/version-order.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

/** Where versions stand; the newest one of an image is looked for once, however many machines run it. */
export type Standings = {
  /** Undefined when there is no such version. */
  stateOf: (image: string, version: string) => VersionState | undefined;
  /** The newest version of the image that is `published` and has an image for the architecture; for any where none is named. */
  newestOf: (image: string, arch?: string) => string | undefined;
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
  return { stateOf, newestOf };
};

const isFor = (published: PublishedVersion | undefined, arch: string | undefined): boolean =>
  published !== undefined &&
  (arch === undefined || publishedArtifacts(published).some(({ artifact }) => artifact.arch === arch));

/** The answers of a function of an image and a name, each worked out once. */
const remembered = <N, V>(answer: (image: string, name: N) => V): ((image: string, name: N) => V) => {
  const answers = new Map<string, Map<N, V>>();
  return (image, name) => {
    const ofImage = answers.get(image) ?? new Map<N, V>();
    answers.set(image, ofImage);
    if (!ofImage.has(name)) ofImage.set(name, answer(image, name));
    return ofImage.get(name) as V;
  };
};
