import { hostname } from 'node:os';
import { layerCacheSize, slotsOf } from '@gild/builder-edge';
import { AgentId, agentIdOfHost } from '@gild/contracts';
import { natsSettings, s3Settings, settings } from '@gild/service-edge';
import { z } from 'zod';

/** The environment of a builder. */
export const BuilderConfig = z.object({
  ...natsSettings,
  GILD_OBJECTS: settings.agentObjects,
  ...s3Settings,
  GILD_LOG: settings.log,
  GILD_LAYER_CACHE_GIB: layerCacheSize,
  GILD_SLOTS: slotsOf,
  GILD_AGENT_ID: AgentId.default(agentIdOfHost(hostname())),
  GILD_EMULATION: settings.emulation,
  GILD_LEAVE_WHEN_DRAINED: z.enum(['yes', 'no']).default('no'),
  GILD_STATE: z.string().startsWith('/', 'expected the absolute path of a folder'),
});
