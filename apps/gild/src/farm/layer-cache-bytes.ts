import { LAYER_CACHE_VARIABLE, layerCacheSize } from '@gild/builder-edge';
import { Fault } from '@gild/ports';

/** How much the embedded builder's layers may take, as the environment says. Fault: INVALID_REQUEST. */
export const layerCacheBytes = (env: NodeJS.ProcessEnv): number | undefined => {
  const parsed = layerCacheSize.safeParse(env[LAYER_CACHE_VARIABLE]);
  if (parsed.success) return parsed.data;
  throw new Fault(
    'INVALID_REQUEST',
    `${LAYER_CACHE_VARIABLE}: ${parsed.error.issues[0]?.message ?? 'malformed'}`,
  );
};
