import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/**
 * These builds go to these agents. What the schedulers of a farm give out is decided in the order of this stream; whoever
 * decides next first sees to it that the attempts of the event before are granted.
 */
export const BuildsPlaced = event('BuildsPlaced', {
  grants: z.array(
    z.object({
      jobId: z.string(),
      attempt: z.int().min(1),
      agentId: z.string(),
      emulated: z.boolean().optional(),
    }),
  ),
});

/** Everything that can be recorded in the `placement-…` stream. */
export const PlacementEvent = oneOf(BuildsPlaced);
export type PlacementEvent = z.infer<typeof PlacementEvent>;
