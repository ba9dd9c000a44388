import { latestOf, standingVersions } from '../views/find-version.js';
import type { ImageRecord } from '../views/images-view.js';
import type { Usage } from '../views/vms-view.js';

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
  /** Machines ever started from a version of it. */
  usage_count: number;
  /** How many machines run a version of it now. */
  running_vms: number;
};

export const imageSummary = (name: string, image: ImageRecord, usage: Iterable<Usage>): ImageSummary => {
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
    ...total(usage),
  };
};

const total = (usage: Iterable<Usage>): Pick<ImageSummary, 'usage_count' | 'running_vms'> => {
  const sum = { usage_count: 0, running_vms: 0 };
  for (const { starts, running } of usage) {
    sum.usage_count += starts;
    sum.running_vms += running.size;
  }
  return sum;
};
