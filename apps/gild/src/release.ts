import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installRoot } from './farm/install-root.js';

const manifest = JSON.parse(readFileSync(join(installRoot, 'package.json'), 'utf8')) as { version: string };

/** The release of Gild that runs. */
export const RELEASE = manifest.version;
