import { z } from 'zod';
import { PlannedStep } from '../events/job-events.js';

/** What an agent would do for these inputs with the repositories as they are now. */
export const PlanReply = z.object({
  steps: z.array(
    PlannedStep.extend({
      /** Packages the step installs or upgrades, `name version`. */
      packages: z.array(z.string()).optional(),
    }),
  ),
});
export type PlanReply = z.infer<typeof PlanReply>;
