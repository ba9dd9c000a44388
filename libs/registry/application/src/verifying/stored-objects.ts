import type { Artifact, ArtifactLayer, StoredObject } from '@gild/contracts';
import { Fault, faultCode, type ObjectStore } from '@gild/ports';

/** What is wrong with a stored object: gone, or other bytes than it is named by. Other faults pass through. */
export type ObjectDefect = { code: 'OBJECT_MISSING' | 'OBJECT_DAMAGED'; message: string };

/** Reads the whole object and compares it with its digest and size; nothing when it is sound. */
export const defectOf = async (
  objects: ObjectStore,
  object: StoredObject,
): Promise<ObjectDefect | undefined> => {
  try {
    const pieces = objects.read(object)[Symbol.asyncIterator]();
    while ((await pieces.next()).done !== true);
    return undefined;
  } catch (error) {
    return defectIn(error);
  }
};

/** The defect that a failed reading tells of; throws the error itself when it tells of another thing. */
export const defectIn = (error: unknown): ObjectDefect => {
  const code = faultCode(error);
  if (code !== 'OBJECT_MISSING' && code !== 'OBJECT_DAMAGED') throw error;
  return { code, message: (error as Error).message };
};

/** As who asked for the version of that name is told: ARTIFACT_NOT_FOUND or ARTIFACT_DAMAGED. */
export const artifactFault = (name: string, { code, message }: ObjectDefect): Fault =>
  new Fault(code === 'OBJECT_MISSING' ? 'ARTIFACT_NOT_FOUND' : 'ARTIFACT_DAMAGED', `${name}: ${message}`);

/**
 * What is wrong with the objects of an artifact. The layers are looked at by their size only: whatever is started from them
 * checks their digests, and reading them all would take as long as reading the image.
 */
export const defectOfArtifact = async (
  objects: ObjectStore,
  { object, packages, packageState, layers = [] }: Artifact,
): Promise<ObjectDefect | undefined> => {
  for (const each of [object, packages, ...(packageState === undefined ? [] : [packageState])]) {
    const defect = await defectOf(objects, each);
    if (defect !== undefined) return defect;
  }
  for (const layer of layers) {
    const defect = await sizeDefectOf(objects, layer);
    if (defect !== undefined) return defect;
  }
  return undefined;
};

const sizeDefectOf = async (
  objects: ObjectStore,
  { step, object: { key, sizeBytes } }: ArtifactLayer,
): Promise<ObjectDefect | undefined> => {
  const found = (await objects.head(key))?.sizeBytes;
  if (found === sizeBytes) return undefined;
  return {
    code: found === undefined ? 'OBJECT_MISSING' : 'OBJECT_DAMAGED',
    message: `the layer of ${step}, ${key}, has ${String(found ?? 'no')} bytes instead of ${String(sizeBytes)}`,
  };
};
