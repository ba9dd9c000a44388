import { z } from 'zod';

const count = z.int().min(0);

/**
 * What an agent found of an attempt that it stopped, once it had cleaned up: proof that nothing of it runs or lies there any more.
 * `ended`: its programs ended when they were asked to, or some had to be killed; absent: none ran.
 */
export const CleanUp = z.object({
  processes: count,
  mounts: count,
  folderRemoved: z.boolean(),
  ended: z.enum(['asked', 'killed']).optional(),
  /** From the moment it was to stop. */
  tookMs: count,
});
export type CleanUp = z.infer<typeof CleanUp>;
