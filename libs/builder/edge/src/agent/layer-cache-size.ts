import { z } from 'zod';

const GIB = 1024 ** 3;

/** The environment variable that bounds the cached layers of an agent. */
export const LAYER_CACHE_VARIABLE = 'GILD_LAYER_CACHE_GIB';

/** Its value as text, in bytes; unset or empty: the agent's default. */
export const layerCacheSize = z
  .string()
  .regex(/^([1-9]\d{0,5})?$/, 'expected a whole number of GiB, at least 1')
  .transform((text) => (text === '' ? undefined : Number(text) * GIB))
  .optional();
