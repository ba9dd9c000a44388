import { resolveMoment, type Moment } from '@gild/application-core';
import type { ReplayedPolicy, ReplayPolicy } from '@gild/contracts';
import { Fault, type Clock, type EventStore } from '@gild/ports';
import { replayedPolicy, SimulatedFarm } from '@gild/scheduler-domain';
import { policyChanges } from './policy-changes.js';
import { readHistory, type Span } from './read-history.js';
import { requireGoingOn } from './require-going-on.js';

type Log = { store: EventStore; clock: Clock };

/** After so long a simulation lets the scheduler do what it is there for, for so long, when the step that it is in has ended. */
const WORK_MS = 10;
const PAUSE_MS = 5;

/**
 * What a policy with these fields changed would have done in a stretch of the log, one replay at a time; nothing is recorded. Faults:
 * INVALID_DOCUMENT, INVALID_REQUEST, TOO_MANY_REQUESTS during another one, UNAVAILABLE where the scheduler stops before.
 */
export const policyReplays = (log: Log, signal: AbortSignal) => {
  let isBusy = false;
  return async (request: ReplayPolicy): Promise<ReplayedPolicy> => {
    if (isBusy) throw busy();
    isBusy = true;
    try {
      return await replayPolicy(request, log, signal);
    } finally {
      isBusy = false;
    }
  };
};

const busy = (): Fault =>
  new Fault(
    'TOO_MANY_REQUESTS',
    'the scheduler works on another replay, and on one at a time; try again when it is over',
    { retryable: true },
  );

const replayPolicy = async (
  { changes: wanted, from, to }: ReplayPolicy,
  log: Log,
  signal: AbortSignal,
): Promise<ReplayedPolicy> => {
  const changes = policyChanges(wanted);
  const span = { from: await momentOf(from, log), to: await momentOf(to, log) };
  requireOrder(span, log);
  const history = await readHistory(log.store, span, signal);
  const [then, changed] = [new SimulatedFarm(history), new SimulatedFarm(history, changes)];
  for (const farm of [then, changed]) await runToItsEnd(farm, log.clock, signal);
  requireGoingOn(signal);
  return replayedPolicy(history, changes, { then, changed });
};

const momentOf = async (at: string | undefined, log: Log): Promise<Moment | undefined> =>
  at === undefined ? undefined : resolveMoment(at, log);

const requireOrder = ({ from, to }: Span, { store }: Log): void => {
  if (from === undefined || to === undefined) return;
  if (store.comparePositions(from.position, to.position) >= 0)
    throw new Fault(
      'INVALID_REQUEST',
      `expected something to have happened between from and to: they are positions ${from.position} and ${to.position}`,
    );
};

const runToItsEnd = async (farm: SimulatedFarm, clock: Clock, signal: AbortSignal): Promise<void> => {
  let beganMs = clock.monotonicMs();
  while (farm.step()) {
    requireGoingOn(signal);
    if (clock.monotonicMs() - beganMs < WORK_MS) continue;
    await clock.delay(PAUSE_MS);
    beganMs = clock.monotonicMs();
  }
};
