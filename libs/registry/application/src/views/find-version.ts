import { Fault } from '@gild/ports';
import {
  currentOf,
  isUsable,
  previousOf,
  standingOf,
  type Fate,
  type LifeState,
} from '@gild/registry-domain';
import { newestFirst } from '../documents/version-order.js';
import type { ImageRecord, ImagesState, PublishedVersion } from './images-view.js';

const LISTED = 5;

/** Fault: IMAGE_NOT_FOUND. */
export const findImage = (images: ImagesState, name: string): ImageRecord => {
  const image = images.get(name);
  if (image === undefined)
    throw new Fault('IMAGE_NOT_FOUND', `there is no image ${name}; \`gild images\` lists them`);
  return image;
};

/**
 * The version of that number whatever became of it, the one a channel points to (`:stable`), or `latest`: the highest finished one that
 * may be used, a deprecated one where there is no other. Faults: IMAGE_NOT_FOUND, CHANNEL_NOT_FOUND, VERSION_NOT_FOUND,
 * VERSION_WITHDRAWN when the channel points to a version that was revoked or deleted.
 */
export const findVersion = (images: ImagesState, name: string, reference: string): PublishedVersion => {
  const found = namedVersion(images, name, reference);
  if (!reference.startsWith(':')) return found;
  const { life } = findImage(images, name);
  if (isUsable(found.version, life)) return found;
  throw new Fault('VERSION_WITHDRAWN', pointsNowhere(reference.slice(1), found, life));
};

/**
 * As `findVersion`, but whatever became of the version a channel points to: for questions about it, not for handing it out. Faults:
 * IMAGE_NOT_FOUND, CHANNEL_NOT_FOUND, VERSION_NOT_FOUND.
 */
export const namedVersion = (images: ImagesState, name: string, reference: string): PublishedVersion => {
  const image = findImage(images, name);
  const number = reference.startsWith(':')
    ? pointedTo(reference.slice(1), name, image)
    : reference === 'latest'
      ? latestOf(image)
      : reference;
  const found = image.versions.get(number ?? '');
  if (found === undefined) throw notFound(name, reference, image);
  return found;
};

/** The version, when it may be handed out. Fault: VERSION_WITHDRAWN, with who took it back and why. */
export const requireUsable = (images: ImagesState, published: PublishedVersion): PublishedVersion => {
  const { imageName, version } = published;
  const { life } = findImage(images, imageName);
  if (isUsable(version, life)) return published;
  throw new Fault('VERSION_WITHDRAWN', `${imageName}@${version} ${withdrawnText(life.fates.get(version))}`);
};

/** The version, when its bytes are still kept. Fault: VERSION_WITHDRAWN, with who deleted it and why. */
export const requireNotDeleted = (images: ImagesState, published: PublishedVersion): PublishedVersion => {
  const { life } = findImage(images, published.imageName);
  return life.fates.get(published.version)?.deleted === undefined
    ? published
    : requireUsable(images, published);
};

/** Numbers of the versions that are not deleted, newest first. */
export const standingVersions = ({ versions, life }: ImageRecord): string[] =>
  newestFirst([...versions.keys()].filter((version) => life.fates.get(version)?.deleted === undefined));

/** The newest version that may be used; undefined when there is none. */
export const latestOf = (image: ImageRecord): string | undefined => {
  const usable = newestFirst([...image.versions.keys()].filter((version) => isUsable(version, image.life)));
  return usable.find((version) => image.life.fates.get(version)?.deprecated === undefined) ?? usable[0];
};

/** What became of a version nobody is to use any more, as the end of a sentence about it. */
export const withdrawnText = (fate: Fate | undefined): string => {
  const { revoked, deleted } = fate ?? {};
  if (deleted !== undefined) return `was deleted by ${deleted.by}${because(deleted.reason)}`;
  if (revoked === undefined) return 'may be used';
  const { inherited } = revoked;
  return inherited === undefined
    ? `was revoked by ${revoked.by}${because(revoked.reason)}`
    : `was revoked with ${inherited.imageName}@${inherited.version}, which it is built on${because(revoked.reason)}`;
};

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);

/** Why a channel serves nobody, and what to do about it. */
const pointsNowhere = (
  channel: string,
  { imageName, version }: PublishedVersion,
  { channels, fates }: LifeState,
): string => {
  const pointing = channels.get(channel);
  const previous = pointing && previousOf(pointing, { channels, fates });
  const remedy =
    previous === undefined
      ? `\`gild promote ${imageName}@VERSION ${channel}\` points it to another one`
      : `\`gild rollback ${imageName} --channel ${channel} --reason …\` goes back to ${previous}`;
  return `the channel ${channel} of ${imageName} points to ${version}, which ${withdrawnText(fates.get(version))}; ${remedy}`;
};

const pointedTo = (channel: string, name: string, { life: { channels } }: ImageRecord): string => {
  const pointing = channels.get(channel);
  if (pointing === undefined) {
    const known = [...channels.keys()].sort().join(', ');
    const has = known === '' ? 'none yet' : known;
    throw new Fault('CHANNEL_NOT_FOUND', `${name} has no channel ${channel}; its channels: ${has}`);
  }
  return currentOf(pointing);
};

const notFound = (name: string, reference: string, image: ImageRecord): Fault => {
  const ordered = newestFirst(image.versions.keys());
  const known = ordered
    .slice(0, LISTED)
    .map((version) => {
      const standing = standingOf(image.life.fates.get(version));
      return standing === 'published' ? version : `${version} (${standing})`;
    })
    .join(', ');
  if (ordered.length === 0) return new Fault('VERSION_NOT_FOUND', `${name} has no published version yet`);
  return new Fault(
    'VERSION_NOT_FOUND',
    reference === 'latest'
      ? `${name} has no version that may be used; there are ${known}`
      : `${name} has no version ${reference}; the newest versions are ${known}`,
  );
};
