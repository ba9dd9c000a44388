import { Fault, faultCode } from '@gild/ports';
import { isNoSpace } from './system-error.js';

/** What failures on a disk are called: one that is full, and any other. `whose` disk it is. */
export type DiskFaults = { full: string; other: string; whose: string };

/** Runs calls to the file system; what the system refuses becomes a fault, retryable when the disk is full; a fault stays what it is. */
export const guardedDisk =
  ({ full, other, whose }: DiskFaults) =>
  async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (faultCode(error) !== undefined) throw error;
      if (isNoSpace(error))
        throw new Fault(full, `${what}: the ${whose} disk is full; free some space`, {
          cause: error,
          retryable: true,
        });
      const message = error instanceof Error ? error.message : String(error);
      throw new Fault(other, `${what}: ${message}`, { cause: error });
    }
  };
