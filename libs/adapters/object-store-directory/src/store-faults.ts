import { isNoSpace } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

const storeFault = (what: string, error: unknown): Fault =>
  isNoSpace(error)
    ? new Fault('STORE_FULL', `${what}: the object store's disk is full; free some space`, {
        cause: error,
        retryable: true,
      })
    : new Fault('STORE_IO', `${what}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });

/** Runs a call to the file system; what the system refuses becomes STORE_FULL or STORE_IO. */
export const guarded = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw storeFault(what, error);
  }
};
