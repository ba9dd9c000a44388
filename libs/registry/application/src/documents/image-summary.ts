import { latestOf, standingVersions } from '../views/find-version.js';
import type { ImageRecord } from '../views/images-view.js';

/** An image in a list. `definition` is the latest one; `latest_version`: the newest that may be used; absent while there
 * is none. */
export type ImageSummary = {
  image_name: string;
  description?: string;
  latest_version?: string;
  total_versions: number;
  definition: Record<string, unknown>;
  definition_digest: string;
  defined_at: string;
};

export const imageSummary = (name: string, image: ImageRecord): ImageSummary => {
  const latest = latestOf(image);
  const { description } = image.definition;
  return {
    image_name: name,
    ...(typeof description === 'string' && { description }),
    ...(latest !== undefined && { latest_version: latest }),
    total_versions: standingVersions(image).length,
    definition: image.definition,
    definition_digest: image.definitionDigest,
    defined_at: image.definedAt,
  };
};
