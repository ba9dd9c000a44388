import { type Artifact, DISTRIBUTIONS, publishedArtifacts } from '@gild/contracts';
import type { SbomSubject, VersionContents } from '@gild/registry-domain';
import type { ObjectStore } from '@gild/ports';
import { z } from 'zod';
import type { PublishedVersion } from '../views/images-view.js';
import { storedPackages } from './stored-packages.js';

/** One image file of a version. */
export type ImageFile = { published: PublishedVersion; artifact: Artifact };

/** Every definition that was ever recorded says what its image is made of. */
const Origin = z.object({ base_os: z.enum(DISTRIBUTIONS), os_version: z.string() });

export const nameOf = ({ imageName, version }: PublishedVersion): string => `${imageName}@${version}`;

export const artifactsOf = (published: PublishedVersion): Artifact[] =>
  publishedArtifacts(published).map(({ artifact }) => artifact);

/** Faults: ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED. */
export const sbomSubject = async (
  { published, artifact }: ImageFile,
  objects: ObjectStore,
): Promise<SbomSubject> => {
  const { base_os: distribution, os_version: release } = Origin.parse(published.definition);
  return {
    ...{ imageName: published.imageName, version: published.version, createdAt: published.publishedAt },
    ...{ distribution, release, arch: artifact.arch, taskservs: artifact.taskservVersions },
    file: { path: artifact.object.key, sha256: artifact.object.sha256 },
    packages: await storedPackages(objects, artifact.packages, nameOf(published)),
    packagesSha256: artifact.packages.sha256,
  };
};

/** Faults: ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED. */
export const versionContents = async (
  { published, artifact }: ImageFile,
  objects: ObjectStore,
): Promise<VersionContents> => ({
  named: {
    image_name: published.imageName,
    version: published.version,
    arch: artifact.arch,
    created_at: published.publishedAt,
    checksum: artifact.object.sha256,
    rootfs_sha256: artifact.rootfsSha256.toLowerCase(),
  },
  sizeBytes: artifact.object.sizeBytes,
  packages: await storedPackages(objects, artifact.packages, nameOf(published)),
  taskservs: artifact.taskservVersions,
  definition: published.definition,
  base: published.base && `${published.base.imageName}@${published.base.version}`,
});
