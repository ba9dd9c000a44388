import { natsSettings, settings } from '@gild/service-edge';
import { z } from 'zod';

/** The environment of a scheduler. */
export const SchedulerConfig = z.object({
  ...natsSettings,
  GILD_EVENTS: settings.events,
  /** Path of the key that signs the credentials of agents; without it any agent may take part. */
  GILD_NATS_SIGNING_KEY: z.string().min(1).optional(),
  /** What agents that join are told: where NATS and the objects are, seen from their hosts. */
  GILD_AGENTS_NATS_URL: z.string().min(1).optional(),
  GILD_AGENTS_OBJECTS: z.string().min(1).default('farm'),
  GILD_LOG: settings.log,
});
export type SchedulerConfig = z.infer<typeof SchedulerConfig>;
