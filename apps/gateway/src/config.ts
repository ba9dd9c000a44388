import { AddressText, natsSettings, s3Settings, settings } from '@gild/service-edge';
import { z } from 'zod';

const SHORTEST_TOKEN = 20;

/** The environment of a gateway. */
export const GatewayConfig = z.object({
  ...natsSettings,
  GILD_OBJECTS: settings.objects,
  ...s3Settings,
  GILD_LOG: settings.log,
  GILD_LISTEN: AddressText.prefault('127.0.0.1:7440'),
  /** Path of a file with the token, instead of the token. */
  GILD_TOKEN_FILE: z.string().startsWith('/', 'expected the absolute path of a file').optional(),
  GILD_TOKEN: z.string().min(SHORTEST_TOKEN, `expected at least ${SHORTEST_TOKEN} characters`),
});
