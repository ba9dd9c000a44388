import { publishedArtifacts, type Artifact } from '@gild/contracts';
import type { PublishedVersion } from '../views/images-view.js';

type Publication = Pick<PublishedVersion, 'jobId' | 'attempt' | 'inputDigest' | 'artifact' | 'others'>;

/** The objects of a version that go when it is deleted. Its package lists stay: what it consisted of can be asked for ever. */
export const removableKeys = (published: Publication): string[] => [
  ...new Set(publishedArtifacts(published).flatMap(({ artifact }) => artifactKeys(artifact))),
];

/** The disk, its layers, and what is resolved against. */
export const artifactKeys = ({ object, layers = [], packageState }: Artifact): string[] => [
  object.key,
  ...layers.map((layer) => layer.object.key),
  ...(packageState === undefined ? [] : [packageState.key]),
];
