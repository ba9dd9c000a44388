import { z } from 'zod';

/**
 * Why an attempt ended without an artifact. `definition`, `install` and `test` are the build's own fault and are never
 * retried; `infrastructure` and `lost` are ours and are, with growing delay; `timeout` and `cancelled` end the job.
 */
export const FailureClass = z.enum([
  'definition',
  'install',
  'test',
  'infrastructure',
  'lost',
  'timeout',
  'cancelled',
]);
export type FailureClass = z.infer<typeof FailureClass>;

/**
 * A failure for people and programs: class, stable code, one sentence, the step it happened in. `retryable: false`: another
 * attempt would end the same until somebody mends the host, whatever the class says; absent: as the class says.
 */
export const Failure = z.object({
  class: FailureClass,
  code: z.string(),
  message: z.string(),
  step: z.string().optional(),
  retryable: z.boolean().optional(),
});
export type Failure = z.infer<typeof Failure>;
