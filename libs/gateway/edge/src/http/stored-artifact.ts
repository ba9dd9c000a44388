import type { ImageArtifact } from '@gild/contracts';
import { Fault, type ObjectStore } from '@gild/ports';

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
