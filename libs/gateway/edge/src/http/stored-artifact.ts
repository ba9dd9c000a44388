import type { ImageArtifact } from '@gild/contracts';
import { Fault, type ObjectStore } from '@gild/ports';

type Located = { image_name: string; version: string; artifacts: readonly ImageArtifact[] };

/**
 * The artifact for an architecture, or the only one of the version. Where there are several nothing is assumed: the same request would
 * get other bytes on another host. Faults: INVALID_REQUEST, ARTIFACT_NOT_FOUND.
 */
export const chosenArtifact = (
  { image_name, version, artifacts }: Located,
  arch: string | undefined,
): ImageArtifact => {
  const [only, ...others] = artifacts;
  const name = `${image_name}@${version}`;
  const arches = artifacts.map((artifact) => artifact.arch).join(' and ');
  if (arch === undefined && only !== undefined && others.length === 0) return only;
  if (arch === undefined)
    throw new Fault('INVALID_REQUEST', `${name} has images for ${arches}: choose one of them with --arch`);
  const chosen = artifacts.find((artifact) => artifact.arch === arch);
  if (chosen !== undefined) return chosen;
  throw new Fault('ARTIFACT_NOT_FOUND', `${name} has no image for ${arch}, only for ${arches}`);
};

/** Refuses before the first byte is sent. Faults: ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED. */
export const requireStored = async (
  objects: ObjectStore,
  { path, size_bytes: expected }: ImageArtifact,
): Promise<void> => {
  const found = await objects.head(path);
  if (found === undefined) {
    throw new Fault(
      'ARTIFACT_NOT_FOUND',
      `the object store has no ${path} any more; build the image again with --no-cache`,
    );
  }
  if (found.sizeBytes !== expected) {
    const sizes = `expected ${expected} bytes, found ${found.sizeBytes}`;
    throw new Fault(
      'ARTIFACT_DAMAGED',
      `${path} is damaged: ${sizes}; build the image again with --no-cache`,
    );
  }
};
