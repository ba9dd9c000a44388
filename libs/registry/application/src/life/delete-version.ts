import { DeleteVersion, type GoldenImageVersion } from '@gild/contracts';
import { parseRequest } from '../requests.js';
import { findVersion } from '../views/find-version.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';
import { usageOf } from '../views/vms-view.js';
import { decideAbout, documentOf, type LifeDeps } from './decide-life-of.js';
import { descendantsOf, nameOf } from './descendants.js';

/**
 * Deletes a version that nothing uses, and removes the objects that nothing else needs. What machines and builds do at this very
 * moment is judged by what is on record before. Faults: VERSION_IN_USE, VERSION_NOT_FOUND.
 */
export const deleteVersion = async (request: unknown, given: LifeDeps): Promise<GoldenImageVersion> => {
  const { force, reason, ...asked } = parseRequest(DeleteVersion, request);
  const { images, vms } = await given.views.imagesAndVms();
  const version = await decideAbout(
    asked,
    (about) => {
      const published = findVersion(images, asked.image, about.version);
      return {
        type: 'DeleteVersion',
        data: {
          ...{ ...about, reason, force },
          machines: [...usageOf(vms, published).running].sort(),
          descendants: standingDescendants(images, published),
          builds: buildsOn(images, published),
        },
      };
    },
    given,
  );
  // A registry that dies before it is through leaves the rest to the process that does the same.
  await given.removeUnneeded();
  return documentOf(asked.image, version, given);
};

const standingDescendants = (images: ImagesState, published: PublishedVersion): string[] =>
  descendantsOf(images, published)
    .map((each) => each.published)
    .filter(({ imageName, version }) => images.get(imageName)?.life.fates.get(version)?.deleted === undefined)
    .map(nameOf);

/** Jobs of builds under way that start from the version. */
const buildsOn = (images: ImagesState, { imageName, version }: PublishedVersion): string[] =>
  [...images.values()].flatMap(({ open }) =>
    [...open].flatMap(([jobId, { base }]) =>
      base?.imageName === imageName && base.version === version ? [jobId] : [],
    ),
  );
