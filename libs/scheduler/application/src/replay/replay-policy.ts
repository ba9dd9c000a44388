import { resolveMoment, type Moment } from '@gild/application-core';
import type { ReplayedPolicy, ReplayPolicy } from '@gild/contracts';
import { Fault, type Clock, type EventStore } from '@gild/ports';
import { replayedPolicy, SimulatedFarm } from '@gild/scheduler-domain';
import { policyChanges } from './policy-changes.js';
import { readHistory, type Span } from './read-history.js';

type Log = { store: EventStore; clock: Clock };

/** For so long a replay works, and for so long it lets the scheduler do what it is there for, in turn. */
const WORK_MS = 10;
const PAUSE_MS = 5;

/**
 * What a policy with these fields changed would have done in a stretch of the log; nothing is recorded. Faults: INVALID_DOCUMENT,
 * INVALID_REQUEST, UNAVAILABLE where the scheduler stops before.
 */
export const replayPolicy = async (
  { changes: wanted, from, to }: ReplayPolicy,
  log: Log,
  signal: AbortSignal,
): Promise<ReplayedPolicy> => {
  const changes = policyChanges(wanted);
  const span = { from: await momentOf(from, log), to: await momentOf(to, log) };
  requireOrder(span, log);
  const history = await readHistory(log.store, span);
  const [then, changed] = [new SimulatedFarm(history), new SimulatedFarm(history, changes)];
  for (const farm of [then, changed]) await runToItsEnd(farm, log.clock, signal);
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
    if (signal.aborted) throw stopping();
    if (clock.monotonicMs() - beganMs < WORK_MS) continue;
    await clock.delay(PAUSE_MS);
    beganMs = clock.monotonicMs();
  }
};

const stopping = (): Fault =>
  new Fault('UNAVAILABLE', 'the scheduler stopped before the replay was over; try again', {
    retryable: true,
  });
