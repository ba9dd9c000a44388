import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** The policy is now this one, whole. */
export const PolicySet = event('PolicySet', { policy: z.record(z.string(), z.unknown()), by: z.string() });

/** Everything that can be recorded in a `policy-…` stream. */
export const PolicyEvent = oneOf(PolicySet);
export type PolicyEvent = z.infer<typeof PolicyEvent>;
