import { natsSettings, s3Settings, settings } from '@gild/service-edge';
import { z } from 'zod';

const SHORTEST_TOKEN = 20;
const LARGEST_PORT = 65_535;

/** `host:port`, with an IPv6 address in brackets. */
const Address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/, 'expected host:port, such as 127.0.0.1:7440')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= LARGEST_PORT, `expected a port up to ${LARGEST_PORT}`);

/** The environment of a gateway. */
export const GatewayConfig = z.object({
  ...natsSettings,
  GILD_OBJECTS: settings.objects,
  ...s3Settings,
  GILD_LOG: settings.log,
  GILD_LISTEN: Address.prefault('127.0.0.1:7440'),
  GILD_TOKEN: z.string().min(SHORTEST_TOKEN, `expected at least ${SHORTEST_TOKEN} characters`),
});
