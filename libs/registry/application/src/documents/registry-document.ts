import {
  GoldenImageRegistry,
  type GoldenImageBuildJob,
  type GoldenImageRegistry as RegistryDocument,
} from '@gild/contracts';
import type { PolicyState } from '@gild/registry-domain';
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
  policy: PolicyState;
  builds: readonly GoldenImageBuildJob[];
}): RegistryDocument => {
  const versions = [...given.images.values()].flatMap((image) =>
    [...image.versions.values()].map((it) => versionDocument(it, image.life, usageOf(given.vms, it))),
  );
  return asDocument(GoldenImageRegistry, {
    registry_id: given.registryId,
    location: given.location,
    created_at: given.createdAt,
    images: Object.fromEntries([...given.images].map(([name, { definition }]) => [name, definition])),
    versions,
    builds: given.builds,
    policy: given.policy.policy,
    policy_version: given.policy.changes,
    total_images: given.images.size,
    total_versions: versions.length,
    total_builds: given.builds.length,
  });
};
