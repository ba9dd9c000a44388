import { type Clock, type Fault, faultCode, type AgentObjects } from '@gild/ports';
import type { Fact } from './attempt.js';
import type { WorkingTime } from './working-time.js';

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 60_000;

export type Patience = {
  attempt: number;
  clock: Clock;
  /** Stands still while the attempt is parked. */
  working: WorkingTime;
  /** Aborted: nothing is waited for any more. */
  signal: AbortSignal;
  report: (fact: Fact) => void;
};

/** Does something again, while what keeps it from being done may pass. */
export type Patiently = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Calls of the store of one attempt, whose work is too dear to lose to a store that is full or away: what the store may do later is
 * tried again until it does, or the signal ends it. That the attempt is parked, and why, is reported, and that it goes on.
 */
export const patience = (given: Patience): Patiently => {
  const parking = parkingOf(given);
  const { clock, signal } = given;
  const untilDone = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      await clock.delay(delayMs, signal);
      try {
        return await call();
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
      }
    }
  };
  return async (call) => {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      const leave = parking.enter(error as Fault);
      const result = await untilDone(call).catch((reason: unknown) => {
        leave('given up');
        throw reason;
      });
      leave('done');
      return result;
    }
  };
};

/** The store with patience in all that is one call; whoever reads pieces begins anew, and needs patience for all of it. */
export const patientObjects = (objects: AgentObjects, patiently: Patiently): AgentObjects => ({
  ...objects,
  put: (key, bytes, expectSha256) => patiently(() => objects.put(key, bytes, expectSha256)),
  putFile: (key, path, how) => patiently(() => objects.putFile(key, path, how)),
  head: (key) => patiently(() => objects.head(key)),
});

const mayPass = (error: unknown): boolean =>
  ['STORE_FULL', 'STORE_IO'].includes(faultCode(error) ?? '') && (error as Fault).retryable;

/** Several things may wait at once: the attempt is parked with the first of them, and goes on with the last. */
const parkingOf = ({ attempt, report, working }: Patience) => {
  let waiting = 0;
  let resume = (): void => undefined;
  return {
    enter: ({ code, message }: Fault): ((end: 'done' | 'given up') => void) => {
      waiting += 1;
      if (waiting === 1) {
        resume = working.pause();
        report({ type: 'AttemptParked', data: { attempt, reason: { code, message } } });
      }
      return (end) => {
        waiting -= 1;
        if (waiting > 0) return;
        resume();
        if (end === 'done') report({ type: 'AttemptResumed', data: { attempt } });
      };
    },
  };
};
