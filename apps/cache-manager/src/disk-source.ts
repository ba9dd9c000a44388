import { readFile } from 'node:fs/promises';
import type { ImageSource } from '@gild/cache-application';
import type { Messenger } from '@gild/ports';
import { openObjectStore, type Operations } from '@gild/service-edge';
import type { CacheManagerConfig } from './config.js';

/** Where disks come from: as the registry grants them, without keys, or from the store that the host was given. Fault: SETTINGS_INVALID. */
export const diskSource = async (
  config: CacheManagerConfig,
  { messenger, operations }: { messenger: Messenger; operations: Operations },
): Promise<ImageSource> => {
  if (config.GILD_OBJECTS !== 'farm')
    return operations.objectStore(await openObjectStore(config, operations));
  const ca = config.GILD_S3_CA && (await readFile(config.GILD_S3_CA, 'utf8'));
  const { grantedDisks } = await import('@gild/object-store-s3');
  return grantedDisks({ messenger, ca });
};
