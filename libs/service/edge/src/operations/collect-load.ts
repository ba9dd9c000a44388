import { systemClock } from '@gild/node-runtime';
import type { Meter } from '@gild/operations';
import { Fault } from '@gild/ports';
import type { Operations } from './operations.js';

/** The farm in numbers, as the scheduler tells it. */
export type LoadInNumbers = {
  queued: readonly { arch: string; reason: string; count: number }[];
  oldest: readonly { arch: string; seconds: number }[];
  running: readonly { arch: string; count: number }[];
  wanted: readonly { arch: string; count: number }[];
  agents: readonly { arch: string; state: string; count: number }[];
  freeSlots: readonly { arch: string; count: number }[];
  position: string | undefined;
};

const READ_WITHIN_MS = 5_000;
const VIEW = { view: 'jobs' };

/**
 * Shows the queue and the agents in the metrics, read when somebody asks. When the event store does not answer in time the
 * gauges are left out: no number is better than one that was true a while ago.
 */
export const collectLoad = ({ collect, meter }: Operations, read: () => Promise<LoadInNumbers>): void => {
  collect(async () => {
    const begun = systemClock.monotonicMs();
    try {
      showLoad(meter, await inTime(read));
      const seconds = (systemClock.monotonicMs() - begun) / 1000;
      meter.show('gild_view_catch_up_seconds', [{ labels: VIEW, value: seconds }]);
    } catch {
      meter.count('gild_collection_failures_total', {});
      showLoad(meter, UNKNOWN);
      meter.show('gild_view_catch_up_seconds', []);
    }
  });
};

const UNKNOWN: LoadInNumbers = {
  ...{ queued: [], oldest: [], running: [], wanted: [], agents: [], freeSlots: [], position: undefined },
};

const showLoad = (meter: Meter, load: LoadInNumbers): void => {
  const oldest = load.oldest.map(({ arch, seconds }) => ({ labels: { arch }, value: seconds }));
  const ofArch = ({ arch, count }: { arch: string; count: number }) => ({ labels: { arch }, value: count });
  meter.show(
    'gild_queue_builds',
    load.queued.map(({ arch, reason, count }) => ({ labels: { arch, reason }, value: count })),
  );
  meter.show('gild_queue_oldest_seconds', oldest);
  meter.show('gild_builds_running', load.running.map(ofArch));
  meter.show('gild_builds_wanted', load.wanted.map(ofArch));
  meter.show(
    'gild_agents',
    load.agents.map(({ arch, state, count }) => ({ labels: { arch, state }, value: count })),
  );
  meter.show('gild_agent_slots_free', load.freeSlots.map(ofArch));
  meter.show('gild_view_position', positionOf(load.position));
};

/** A position begins with a number that grows, whichever store wrote it. */
const positionOf = (position: string | undefined) => {
  const value = parseInt(position ?? '', 10);
  return Number.isNaN(value) ? [] : [{ labels: VIEW, value }];
};

const inTime = async <T>(read: () => Promise<T>): Promise<T> => {
  const answered = new AbortController();
  const late = systemClock.delay(READ_WITHIN_MS, answered.signal).then(() => {
    throw new Fault('TIMEOUT', 'the event store did not answer in time', { retryable: true });
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([read(), late]);
  } finally {
    answered.abort();
  }
};
