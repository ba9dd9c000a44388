import { Fault } from '@gild/ports';
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

/** The version of that number, or the highest finished one for `latest`. Faults: IMAGE_NOT_FOUND, VERSION_NOT_FOUND. */
export const findVersion = (images: ImagesState, name: string, reference: string): PublishedVersion => {
  const { versions } = findImage(images, name);
  const named = versions.get(reference);
  if (named !== undefined) return named;
  const ordered = newestFirst(versions.keys()); // slow for many: not for each of them
  const latest = reference === 'latest' ? versions.get(ordered[0] ?? '') : undefined;
  if (latest !== undefined) return latest;
  const known = ordered.slice(0, LISTED).join(', ');
  throw new Fault(
    'VERSION_NOT_FOUND',
    ordered.length === 0
      ? `${name} has no published version yet`
      : `${name} has no version or channel ${reference}; the newest versions are ${known}`,
  );
};
