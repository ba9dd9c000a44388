import { JobEvent, splitStream } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import type { EventStore, NewEvent } from '@gild/ports';
import type { Meter } from './meter.js';
import { stepKind } from './step-kind.js';

/** A stream is appended to just after it was read: more need not be remembered. */
const REMEMBERED = 1_000;
const OF_JOBS = 'job';

type KnownBuild = { arch: string; requestedAt: string };

/**
 * Counts what happens to builds as it is recorded. Every event is counted by the one who appended it, so that the counters
 * of several schedulers add up.
 */
export const measuredBuilds = (store: EventStore, meter: Meter): EventStore => {
  const known = new Map<string, KnownBuild>();
  return {
    append: async (stream, expected, events) => {
      const result = await store.append(stream, expected, events);
      if (result.ok && splitStream(stream).category === OF_JOBS) {
        for (const event of events) {
          note(known, stream, event);
          measure(event, known.get(stream), meter);
        }
      }
      return result;
    },
    readStream: (stream, range) => noted(store.readStream(stream, range), known),
    readAll: (range) => store.readAll(range),
    subscribeAll: (range, signal) => store.subscribeAll(range, signal),
    head: () => store.head(),
    positionAt: (time) => store.positionAt(time),
    comparePositions: (a, b) => store.comparePositions(a, b),
    close: () => store.close(),
  };
};

const noted = async function* <E extends NewEvent & { stream: string }>(
  events: AsyncIterable<E>,
  known: Map<string, KnownBuild>,
): AsyncGenerator<E> {
  for await (const event of events) {
    note(known, event.stream, event);
    yield event;
  }
};

const note = (known: Map<string, KnownBuild>, stream: string, event: NewEvent): void => {
  if (event.type !== 'BuildRequested') return;
  known.delete(stream);
  known.set(stream, { arch: String(event.data['arch']), requestedAt: event.metadata.time });
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
};

const measure = ({ type, data, metadata }: NewEvent, build: KnownBuild | undefined, meter: Meter): void => {
  const event = JobEvent.safeParse({ type, data }).data;
  if (event === undefined) return;
  const { arch = 'unknown', requestedAt } = build ?? {};
  measures[event.type]?.(event.data as never, { meter, arch, requestedAt, time: metadata.time });
};

type Seen = { meter: Meter; arch: string; requestedAt: string | undefined; time: string };
type Measures = {
  [T in JobEvent['type']]?: (data: Extract<JobEvent, { type: T }>['data'], seen: Seen) => void;
};

const measures: Measures = {
  AttemptGranted: ({ attempt }, { meter, arch, requestedAt, time }) => {
    if (attempt === 1 && requestedAt !== undefined)
      meter.observe('gild_build_wait_seconds', { arch }, secondsBetween(requestedAt, time));
  },
  StepFinished: ({ step: name, status, durationMs, cache }, { meter }) => {
    const step = stepKind(name);
    if (status !== 'skipped') meter.observe('gild_step_seconds', { step, status }, durationMs / 1000);
    if (cache !== 'none') meter.count('gild_layer_cache_total', { step, result: cache });
  },
  LateReportRefused: (_, { meter }) => meter.count('gild_late_reports_refused_total', {}),
  AttemptFailed: ({ failure }, seen) =>
    attemptEnded(failure.class === 'cancelled' ? 'cancelled' : 'failed', failure.class, seen),
  AttemptLost: (_, seen) => {
    seen.meter.count('gild_leases_lost_total', { arch: seen.arch });
    attemptEnded('lost', 'lost', seen);
  },
  BuildCompleted: (_, seen) => {
    attemptEnded('completed', 'none', seen);
    buildEnded('completed', seen);
  },
  BuildFailed: (_, seen) => buildEnded('failed', seen),
  BuildCancelled: (_, seen) => buildEnded('cancelled', seen),
};

const attemptEnded = (outcome: string, failureClass: string, { meter, arch }: Seen): void =>
  meter.count('gild_attempts_total', { arch, outcome, class: failureClass });

const buildEnded = (outcome: string, { meter, arch }: Seen): void =>
  meter.count('gild_builds_ended_total', { arch, outcome });

/** Clocks of two hosts may disagree; nothing waits for less than no time. */
const secondsBetween = (from: string, to: string): number =>
  Math.max(0, (epochMs(to) - epochMs(from)) / 1000);
