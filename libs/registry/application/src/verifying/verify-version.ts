import { publishedArtifacts } from '@gild/contracts';
import type { RegistryDeps } from '../registry-deps.js';
import type { PublishedVersion } from '../views/images-view.js';
import { artifactFault, defectOf } from './stored-objects.js';

/** Objects of a version whose bytes were all read and are what was published. */
export type VerifiedVersion = {
  image_name: string;
  version: string;
  verified: true;
  /** `arch`: of the disks, where there are several. */
  objects: { arch?: string; path: string; checksum: string; size_bytes: number }[];
};

/** Reads every byte of a version, for all its architectures. Faults: ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED. */
export const verifyVersion = async (
  published: PublishedVersion,
  { objects }: RegistryDeps,
): Promise<VerifiedVersion> => {
  const { imageName, version } = published;
  const artifacts = publishedArtifacts(published).map(({ artifact }) => artifact);
  const stored = artifacts.flatMap(({ object, packages, arch }) => [
    artifacts.length === 1 ? object : { arch, ...object },
    packages,
  ]);
  for (const object of stored) {
    const defect = await defectOf(objects, object);
    if (defect !== undefined) throw artifactFault(`${imageName}@${version}`, defect);
  }
  return {
    image_name: imageName,
    version,
    verified: true,
    objects: stored.map(({ key, sha256, sizeBytes, ...of }) => ({
      ...of,
      path: key,
      checksum: sha256,
      size_bytes: sizeBytes,
    })),
  };
};
