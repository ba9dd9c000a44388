import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** What a virtual machine runs, and where. */
const machine = {
  vmId: z.string(),
  imageName: z.string(),
  version: z.string(),
  /** Which of the version's images; absent: nobody said, and the version has several. */
  arch: z.string().optional(),
  /** The channel by which the version was named; absent: it was named otherwise. */
  channel: z.string().optional(),
  host: z.string(),
};
const by = { by: z.string() };

/** A machine that did not run started from this version. */
export const VmStarted = event('VmStarted', { ...machine, ...by });

/** A running machine started from another version, or from the image for another architecture; nobody said that it had stopped. */
export const VmReimaged = event('VmReimaged', {
  ...machine,
  /** What it ran before. */
  from: z.object({ imageName: z.string(), version: z.string() }),
  ...by,
});

/** A running machine is on another host now, with what it ran. */
export const VmMoved = event('VmMoved', { ...machine, fromHost: z.string(), ...by });

/** A machine stopped; what it ran and where stands beside it. */
export const VmStopped = event('VmStopped', { ...machine, ...by, reason: z.string().optional() });

/** Everything that can be recorded in a `vm-…` stream. */
export const VmEvent = oneOf(VmStarted, VmReimaged, VmMoved, VmStopped);
export type VmEvent = z.infer<typeof VmEvent>;
