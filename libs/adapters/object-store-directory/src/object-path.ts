import { join } from 'node:path';
import { Fault } from '@gild/ports';

const SEGMENT = /^[A-Za-z0-9_@][A-Za-z0-9._@+-]{0,199}$/;
const DEEPEST = 8;

/** Whether the text is a key: segments of letters, digits and `._@+-`, divided by single slashes. */
const isKey = (key: string): boolean => {
  const segments = key.split('/');
  return segments.length <= DEEPEST && segments.every((segment) => SEGMENT.test(segment));
};

/** The file of an object. A key can name nothing outside the folder: no segment begins with a dot or is empty. */
export const objectPath = (root: string, key: string): string => {
  if (isKey(key)) return join(root, key);
  throw new Fault(
    'OBJECT_KEY_INVALID',
    `an object key is 1 to ${DEEPEST} segments of letters, digits and ._@+- divided by slashes, found ${JSON.stringify(key)}`,
  );
};
