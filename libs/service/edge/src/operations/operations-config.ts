import { z } from 'zod';
import { AddressText, isLoopback } from './address.js';

const SHORTEST_TOKEN = 20;

/** How a service is watched; every service reads it. */
export const OperationsConfig = z
  .object({
    /** Where health and metrics are served; absent: nowhere. */
    GILD_OPS_LISTEN: AddressText.optional(),
    /** What a request for metrics must show; an address others can reach wants it. */
    GILD_OPS_TOKEN: z
      .string()
      .min(SHORTEST_TOKEN, `expected at least ${SHORTEST_TOKEN} characters`)
      .optional(),
    GILD_TRACES: z.enum(['off', 'otlp']).default('off'),
  })
  .superRefine(({ GILD_OPS_LISTEN: at, GILD_OPS_TOKEN: token }, context) => {
    if (at === undefined || token !== undefined || isLoopback(at)) return;
    const message = `others than this host can reach the metrics at GILD_OPS_LISTEN: set GILD_OPS_TOKEN to what they must show, or listen on 127.0.0.1`;
    context.addIssue({ code: 'custom', path: ['GILD_OPS_TOKEN'], message });
  });
export type OperationsConfig = z.output<typeof OperationsConfig>;
