import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder Gild is installed in: apps/gild/dist/farm → four folders up. */
export const installRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
