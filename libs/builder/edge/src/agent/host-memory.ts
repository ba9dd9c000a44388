import { totalmem } from 'node:os';

/** Memory that this process and its children may have: the host's, or less where a container or a service has a limit. */
export const hostMemoryBytes = (limit = process.constrainedMemory(), total = totalmem()): number =>
  limit > 0 && limit < total ? limit : total;
