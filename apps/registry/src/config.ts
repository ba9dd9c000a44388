import { settings } from '@gild/service-edge';
import { z } from 'zod';

/** The environment of a registry. */
export const RegistryConfig = z.object({
  GILD_NATS_URL: settings.nats,
  GILD_EVENTS: settings.events,
  GILD_OBJECTS: settings.objects,
  GILD_LOG: settings.log,
});
