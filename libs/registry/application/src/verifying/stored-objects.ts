import type { StoredObject } from '@gild/contracts';
import { faultCode, type ObjectStore } from '@gild/ports';

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
    const code = faultCode(error);
    if (code !== 'OBJECT_MISSING' && code !== 'OBJECT_DAMAGED') throw error;
    return { code, message: (error as Error).message };
  }
};
