import type { GoldenImageVersion } from '@gild/contracts';
import { chosenArtifact } from '@gild/application-core';
import { ttlDaysOf } from '@gild/cache-domain';
import { Fault } from '@gild/ports';
import type { CacheFarm } from './cache-farm.js';
import type { WantedImage } from './wanted-image.js';

/** A version by the name people give it, for one architecture: it has to be named where the version has several. */
export type AskedVersion = { image: string; version: string; arch?: string | undefined };

/**
 * The disk of a version that may be used, as its definition and the policy want it cached. Faults: those of `CacheFarm.version`,
 * INVALID_REQUEST, ARTIFACT_NOT_FOUND, CACHE_REQUEST_INVALID.
 */
export const wantedVersion = async (
  farm: CacheFarm,
  { image, version, arch }: AskedVersion,
): Promise<WantedImage> => {
  const found = await farm.version(image, version);
  const name = `${found.image_name}@${found.version}`;
  const artifact = chosenArtifact(name, found.artifacts, arch);
  if (artifact.format === 'vmdk') throw notCacheable(name);
  const wishes = await farm.wishes(artifact.build_job_id ?? found.build_job_id);
  return {
    ...wantedNames(found),
    ...{ arch: artifact.arch, format: artifact.format },
    object: { key: artifact.path, sha256: artifact.checksum, sizeBytes: artifact.size_bytes },
    ttlDays: ttlDaysOf(wishes, await farm.policy()),
    cacheEnabled: wishes.cache_enabled ?? true,
    ...(wishes.cache_storage !== undefined && { storage: wishes.cache_storage }),
  };
};

const wantedNames = ({ image_name: imageName, version }: GoldenImageVersion) => ({ imageName, version });

const notCacheable = (name: string): Fault =>
  new Fault(
    'CACHE_REQUEST_INVALID',
    `${name} is a vmdk disk, and hosts start machines from qcow2 or raw: export it instead, or build it with another disk_format`,
  );
