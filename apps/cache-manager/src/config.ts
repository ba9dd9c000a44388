import { hostname } from 'node:os';
import { VmHost } from '@gild/contracts';
import { natsSettings, s3Settings, settings } from '@gild/service-edge';
import { z } from 'zod';

/** The environment of a cache manager. */
export const CacheManagerConfig = z.object({
  ...natsSettings,
  /** `farm`: the registry grants each disk that is read. */
  GILD_OBJECTS: settings.agentObjects.default('farm'),
  ...s3Settings,
  /** Name of the host on record. */
  GILD_CACHE_HOST: VmHost.prefault(hostname()),
  /** Where its cache is while the policy names no other place, and what it knows beside it. */
  GILD_STATE: z.string().startsWith('/', 'expected the absolute path of a folder'),
  GILD_LOG: settings.log,
});
export type CacheManagerConfig = z.output<typeof CacheManagerConfig>;
