import { Fault, type Clock, type EventStore, type RecordedEvent } from '@gild/ports';
import { readUtcTime } from './utc-time.js';

/** A point of the log: the events up to this position, it included. `time` when it was named by one. */
export type Moment = { position: string; time?: string };

/** The moment a query asks about; undefined for now. */
export type MomentOf = (query: { at?: string | undefined }) => Promise<Moment | undefined>;

type Log = { store: EventStore; clock: Clock };

/**
 * The point of the log that a time or a position names. A time names the events before the first one that is later: clocks
 * may jump, and what was known at a moment is always a beginning of the log.
 * Fault: INVALID_REQUEST when it is neither, lies in the future or before the first event.
 */
export const resolveMoment = async (at: string, log: Log): Promise<Moment> => {
  const first = await firstEvent(log.store);
  if (first === undefined) throw invalid(`nothing is recorded yet, so there is no state as of ${at}`);
  return /^\d{4}-\d\d/.test(at) ? momentOfTime(at, first, log) : momentOfPosition(at, first, log.store);
};

const invalid = (message: string): Fault => new Fault('INVALID_REQUEST', message);

/** The first event ever recorded. */
export const firstEvent = async (store: EventStore): Promise<RecordedEvent | undefined> => {
  for await (const event of store.readAll({ limit: 1 })) return event;
  return undefined;
};

const momentOfTime = async (at: string, first: RecordedEvent, { store, clock }: Log): Promise<Moment> => {
  const time = readUtcTime(at);
  if (time === undefined)
    throw invalid(`expected a time such as 2026-03-01 or 2026-03-01T12:30:00Z, found ${at}`);
  if (time > clock.now()) throw invalid(`${time} is in the future; it is ${clock.now()}`);
  if (time < first.metadata.time)
    throw invalid(`${time} is before the beginning: the first event is of ${first.metadata.time}`);
  return { position: (await store.positionAt(time)) ?? first.position, time };
};

const momentOfPosition = async (at: string, first: RecordedEvent, store: EventStore): Promise<Moment> => {
  const last = (await store.head()) ?? first.position;
  if (compared(at, first.position, store) < 0)
    throw invalid(`position ${at} is before the beginning: the first event is at ${first.position}`);
  if (compared(at, last, store) > 0)
    throw invalid(`position ${at} is in the future: the last event is at ${last}`);
  return { position: at };
};

const compared = (at: string, position: string, store: EventStore): number => {
  try {
    return store.comparePositions(at, position);
  } catch (cause) {
    throw new Fault('INVALID_REQUEST', `expected a time or a position of the log, found ${at}`, { cause });
  }
};
