import {
  GoldenImageRegistry,
  type GoldenImageBuildJob,
  type GoldenImageRegistry as RegistryDocument,
} from '@gild/contracts';
import type { PolicyState } from '@gild/registry-domain';
import { cachedGb, hostCacheRecords } from '../caches/cache-documents.js';
import type { HostCachesState } from '../views/host-caches-view.js';
import type { ImagesState } from '../views/images-view.js';
import { usageOf, type VmsState } from '../views/vms-view.js';
import { asDocument } from './as-document.js';
import { versionDocument } from './version-document.js';

/** Everything the registry knew at one moment, as one document. */
export const registryDocument = (given: {
  registryId: string;
  location: string;
  createdAt: string;
  images: ImagesState;
  vms: VmsState;
  hostCaches: HostCachesState;
  policy: PolicyState;
  builds: readonly GoldenImageBuildJob[];
}): RegistryDocument => {
  const versions = [...given.images.values()].flatMap((image) =>
    [...image.versions.values()].map((it) => versionDocument(it, image.life, usageOf(given.vms, it))),
  );
  const cache = hostCacheRecords(given.hostCaches).flatMap(({ entries }) => entries);
  const { builds } = given;
  const document = asDocument(GoldenImageRegistry, {
    registry_id: given.registryId,
    location: given.location,
    created_at: given.createdAt,
    images: Object.fromEntries([...given.images].map(([name, { definition }]) => [name, definition])),
    ...{ versions: [], builds: [] },
    cache,
    policy: given.policy.policy,
    policy_version: given.policy.changes,
    total_images: given.images.size,
    total_versions: versions.length,
    total_cached_gb: cachedGb(cache),
    total_builds: builds.length,
  });
  // Most of the whole, and documents already: versions as they are shown, builds as the scheduler tells them.
  return { ...document, versions, builds: [...builds] };
};
