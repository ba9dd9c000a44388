import type { StoredObject } from '@gild/contracts';
import { Fault } from './fault.js';

const SEGMENT = /^[A-Za-z0-9_@][A-Za-z0-9._@+-]{0,199}$/;
const DEEPEST = 8;

/**
 * The key itself when it is one: 1 to 8 segments of letters, digits and `._@+-`, divided by single slashes. It can name
 * nothing outside the store's own place: no segment begins with a dot or is empty. Fault: OBJECT_KEY_INVALID.
 */
export const objectKey = (key: string): string => {
  const segments = key.split('/');
  if (segments.length <= DEEPEST && segments.every((segment) => SEGMENT.test(segment))) return key;
  throw new Fault(
    'OBJECT_KEY_INVALID',
    `an object key is 1 to ${DEEPEST} segments of letters, digits and ._@+- divided by slashes, found ${JSON.stringify(key)}`,
  );
};

export const missingObject = (key: string): Fault =>
  new Fault('OBJECT_MISSING', `the object store has no object ${key}`);

/** The source, or what the store already has under the key, is not what was expected. */
export const mismatchedObject = (key: string, expected: string, found: string): Fault =>
  new Fault('OBJECT_MISMATCH', `${key}: expected sha256 ${expected}, found ${found}; nothing was stored`);

export const damagedObject = (object: StoredObject, found: { sha256: string; sizeBytes: number }): Fault =>
  new Fault(
    'OBJECT_DAMAGED',
    `${object.key} is damaged: expected ${object.sizeBytes} bytes of sha256 ${object.sha256}, found ${found.sizeBytes} bytes of ${found.sha256}`,
  );
