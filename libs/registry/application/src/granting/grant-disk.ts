import { DiskGrantRequest, type ObjectGrant } from '@gild/contracts';
import { Fault, type ObjectGrants, type ObjectStore } from '@gild/ports';
import { standingOf } from '@gild/registry-domain';
import { parseRequest } from '../requests.js';
import type { ImageRecord, ImagesState } from '../views/images-view.js';

export type DiskGranting = {
  objects: Pick<ObjectStore, 'head'>;
  grants: Pick<ObjectGrants, 'get'> | undefined;
  images: () => Promise<ImagesState>;
};

const mayBeUsed = ({ life }: ImageRecord, version: string): boolean =>
  !['revoked', 'deleted'].includes(standingOf(life.fates.get(version)));

const isDisk = (images: ImagesState, key: string): boolean =>
  [...images.values()].some((image) =>
    [...image.versions.values()].some(
      ({ artifact, others = [], version }) =>
        [artifact, ...others.map((other) => other.artifact)].some(({ object }) => object.key === key) &&
        mayBeUsed(image, version),
    ),
  );

/**
 * What the cache of a host may read in the object store: disks of versions that may be used, and nothing else. Faults:
 * INVALID_REQUEST, VERSION_WITHDRAWN.
 */
export const grantDisk = async (
  request: unknown,
  { objects, grants, images }: DiskGranting,
): Promise<ObjectGrant> => {
  const { ask, key } = parseRequest(DiskGrantRequest, request);
  if (grants === undefined)
    throw new Fault(
      'INVALID_REQUEST',
      'the objects of this farm lie in a folder, to which nothing can be granted: start the cache manager with the same GILD_OBJECTS as the registry',
    );
  if (!isDisk(await images(), key))
    throw new Fault('VERSION_WITHDRAWN', `${key} is the disk of no version that may be used`);
  if (ask === 'get') return { grant: 'request', ...grants.get(key) };
  return { grant: 'size', ...(await objects.head(key)) };
};
