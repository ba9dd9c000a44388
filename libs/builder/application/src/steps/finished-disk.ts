import type { DiskImage } from '@gild/ports';
import type { Attempt } from '../attempt.js';

/** The disk the disk step made; a plan that asks for it earlier is a defect. */
export const finishedDisk = ({ disk }: Attempt): DiskImage => {
  if (disk === undefined) throw new Error('a step needs the disk before it was made');
  return disk;
};
