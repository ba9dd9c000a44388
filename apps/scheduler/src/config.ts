import { settings } from '@gild/service-edge';
import { z } from 'zod';

/** The environment of a scheduler. */
export const SchedulerConfig = z.object({
  GILD_NATS_URL: settings.nats,
  GILD_EVENTS: settings.events,
  GILD_LOG: settings.log,
});
