import type { Fault } from '@gild/ports';

/** Why something failed; that it went well is the failure here. */
export const faultOf = async (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => Promise.reject(new Error('it went well')),
    (error: Fault) => error,
  );
