import { join } from 'node:path';
import { objectKey } from '@gild/ports';

/** The file of an object: a key can name nothing outside the folder. */
export const objectPath = (root: string, key: string): string => join(root, objectKey(key));
