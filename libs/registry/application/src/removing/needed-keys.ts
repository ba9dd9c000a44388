import { JobEvent, publishedArtifacts, splitStream } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { EventStore } from '@gild/ports';
import type { ImageRecord, ImagesState, PublishedVersion } from '../views/images-view.js';
import { artifactKeys, removableKeys } from './object-keys.js';

/**
 * Every object that something needs: a version that stands, a build under way that starts from a version, and an artifact that was
 * reported and not judged, or whose number is still open.
 */
export const neededKeys = async (
  readImages: () => Promise<ImagesState>,
  store: EventStore,
): Promise<ReadonlySet<string>> => {
  const reports = await reportedArtifacts(store);
  // Read after the reports: what was published meanwhile is a version, and not lost between the two.
  const images = await readImages();
  const all = [...images.values()];
  const versions = all.flatMap((image) => [...standing(image), ...basesUnderWay(image, images)]);
  const open = new Set(all.flatMap((image) => [...image.open.keys()]));
  const published = new Set(all.flatMap((image) => [...image.versions.values()].flatMap(jobsOf)));
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

const parse = eventParser(JobEvent);
const REPORTED = 'ArtifactReported';
const OVER = ['AttemptFailed', 'BuildCompleted', 'BuildFailed', 'BuildCancelled'];

const jobsOf = (published: PublishedVersion): string[] =>
  publishedArtifacts(published).map(({ jobId }) => jobId);

type Reported = { keys: string[]; isOver: boolean };

/** What the builds reported, by job, and whether they are over. */
const reportedArtifacts = async (store: EventStore): Promise<Map<string, Reported>> => {
  const reports = new Map<string, Reported>();
  for await (const recorded of store.readAll({ filter: { types: [REPORTED, ...OVER] } })) {
    const { id } = splitStream(recorded.stream);
    const before = reports.get(id);
    const event = parse(recorded);
    if (event?.type === REPORTED) {
      const keys = [...(before?.keys ?? []), ...artifactKeys(event.data.artifact)];
      reports.set(id, { keys, isOver: false });
    } else if (before !== undefined) before.isOver = true;
  }
  return reports;
};
