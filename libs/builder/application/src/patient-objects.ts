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

/** Does something again, while what keeps it from being done may pass, and its own signal does not end that. */
export type Patiently = <T>(call: () => Promise<T>, own?: AbortSignal) => Promise<T>;

/** What waits for the store to be there again ends with the signal of a call, too. */
export type PatientObjects = Omit<AgentObjects, 'head'> & {
  head: (key: string, signal?: AbortSignal) => ReturnType<AgentObjects['head']>;
};

/** A store for work that goes on beside the steps. */
export type StoreBeside = {
  /** While it is parked the steps work on, and their time counts. */
  objects: PatientObjects;
  /** Who waits for that work stands still while it is parked. */
  awaited: <T>(work: Promise<T>) => Promise<T>;
};

/**
 * Calls of the store of one attempt, whose work is too dear to lose to a store that is full or away: what the store may do later is
 * tried again until it does, or the signal ends it. That the attempt is parked, and why, is reported, and that it goes on.
 */
export const patience = (
  given: Patience,
): { patiently: Patiently; beside: (objects: AgentObjects) => StoreBeside } => {
  const shared = { given, parking: parkingOf(given), stand: standingOf(given.working) };
  return {
    patiently: waitingPlace(shared, { waiters: 1 }).patiently,
    beside: (objects) => {
      const { patiently, awaited } = waitingPlace(shared, { waiters: 0 });
      return { objects: patientObjects(objects, patiently), awaited };
    },
  };
};

type Leave = (end: 'done' | 'given up') => void;
type Shared = { given: Patience; parking: (fault: Fault) => Leave; stand: () => () => void };

/** The attempt stands still while what is called here is parked and somebody waits for it. */
const waitingPlace = ({ given, parking, stand }: Shared, { waiters }: { waiters: number }) => {
  let parked = 0;
  let goOn: (() => void) | undefined;
  const change = (ofParked: number, ofWaiters: number): void => {
    parked += ofParked;
    waiters += ofWaiters;
    if (parked > 0 && waiters > 0) return void (goOn ??= stand());
    goOn?.();
    goOn = undefined;
  };
  const enter = (fault: Fault): Leave => {
    change(1, 0);
    const leave = parking(fault);
    return (end) => {
      change(-1, 0);
      leave(end);
    };
  };
  const awaited = async <T>(work: Promise<T>): Promise<T> => {
    change(0, 1);
    return work.finally(() => change(0, -1));
  };
  return { patiently: tryingAgain(given, enter), awaited };
};

const tryingAgain = (given: Patience, enter: (fault: Fault) => Leave): Patiently => {
  const { clock } = given;
  const untilDone = async <T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      await clock.delay(delayMs, signal);
      try {
        return await call();
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
      }
    }
  };
  return async (call, own) => {
    const signal = own === undefined ? given.signal : AbortSignal.any([given.signal, own]);
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      const leave = enter(error as Fault);
      const result = await untilDone(call, signal).catch((reason: unknown) => {
        leave('given up');
        throw reason;
      });
      leave('done');
      return result;
    }
  };
};

/** The store with patience in all that is one call; whoever reads pieces begins anew, and needs patience for all of it. */
export const patientObjects = (objects: AgentObjects, patiently: Patiently): PatientObjects => ({
  ...objects,
  put: (key, bytes, expectSha256) => patiently(() => objects.put(key, bytes, expectSha256)),
  putFile: (key, path, how) => patiently(() => objects.putFile(key, path, how), how?.signal),
  head: (key: string, signal?: AbortSignal) => patiently(() => objects.head(key), signal),
});

const mayPass = (error: unknown): boolean =>
  ['STORE_FULL', 'STORE_IO'].includes(faultCode(error) ?? '') && (error as Fault).retryable;

/** Several things may wait at once: the attempt is parked with the first of them, and goes on with the last. */
const parkingOf = ({ attempt, report, signal }: Patience): Shared['parking'] => {
  let waiting = 0;
  return ({ code, message }) => {
    waiting += 1;
    if (waiting === 1) report({ type: 'AttemptParked', data: { attempt, reason: { code, message } } });
    return (end) => {
      waiting -= 1;
      if (waiting === 0 && (end === 'done' || !signal.aborted))
        report({ type: 'AttemptResumed', data: { attempt } });
    };
  };
};

/** The attempt stands still from the first reason for it to the end of the last. */
const standingOf = (working: WorkingTime): Shared['stand'] => {
  let reasons = 0;
  let resume = (): void => undefined;
  return () => {
    reasons += 1;
    if (reasons === 1) resume = working.pause();
    return () => {
      reasons -= 1;
      if (reasons === 0) resume();
    };
  };
};
