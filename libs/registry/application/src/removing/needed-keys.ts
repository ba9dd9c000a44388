import { publishedArtifacts } from '@gild/contracts';
import type { ImageRecord, ImagesState, PublishedVersion } from '../views/images-view.js';
import type { Report } from '../views/storage-view.js';
import { removableKeys } from './object-keys.js';

/**
 * Every object that something needs: a version that stands, a build under way that starts from a version, and an artifact that was
 * reported and not judged, or whose number is still open. The reports must have been read before the images: what was published
 * meanwhile is a version then, and not lost between the two.
 */
export const neededKeys = (
  reports: ReadonlyMap<string, Report>,
  images: ImagesState,
): ReadonlySet<string> => {
  const all = [...images.values()];
  const versions = all.flatMap((image) => [...standing(image), ...basesUnderWay(image, images)]);
  const open = new Set(all.flatMap((image) => [...image.open.values()].flatMap(({ jobs }) => jobs)));
  const published = new Set(all.flatMap((image) => [...image.versions.values()].flatMap(jobsOf)));
  // A number that is open may still be published with what its build reported, whatever became of the build.
  const waiting = [...reports].filter(
    ([jobId, { isOver }]) => !published.has(jobId) && (!isOver || open.has(jobId)),
  );
  return new Set([...versions.flatMap(removableKeys), ...waiting.flatMap(([, { keys }]) => keys)]);
};

/** Versions whose bytes may be asked for: all that were not deleted. */
const standing = ({ versions, life }: ImageRecord): PublishedVersion[] =>
  [...versions.values()].filter(({ version }) => life.fates.get(version)?.deleted === undefined);

const basesUnderWay = ({ open }: ImageRecord, images: ImagesState): PublishedVersion[] =>
  [...open.values()].flatMap(({ base }) =>
    base === undefined ? [] : (images.get(base.imageName)?.versions.get(base.version) ?? []),
  );

const jobsOf = (published: PublishedVersion): string[] =>
  publishedArtifacts(published).map(({ jobId }) => jobId);
