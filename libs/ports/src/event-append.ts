import { canonicalJson } from '@gild/kernel';
import type { EventFilter, ExpectedState, NewEvent } from './event-store.js';
import { Fault } from './fault.js';

/** Longest JSON text of one event's data and metadata together, in characters. Logs and files belong in the object store. */
export const MAX_EVENT_CHARACTERS = 1_048_576;
/** Longest JSON text of all events of one append together, in characters. */
export const MAX_APPEND_CHARACTERS = 16_777_216;

/** An event whose data and metadata are already JSON text. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** An event with the id of one that is to be appended, as the log holds it. */
export interface PriorEvent {
  readonly stream: string;
  readonly type: string;
  readonly data: string;
  readonly revision: number;
  readonly position: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NAME = /^[^$\p{Cc}\p{Cs}][^\p{Cc}\p{Cs}]{0,511}$/u;

const requireThat = (holds: boolean, message: string): void => {
  if (!holds) throw new Fault('APPEND_INVALID', message);
};

const encodeEvent = ({ id, type, data, metadata }: NewEvent): EncodedEvent => {
  requireThat(UUID.test(id), `an event id is a lower-case UUID, found ${JSON.stringify(id)}`);
  requireThat(
    NAME.test(type),
    `an event type is 1 to 512 characters not beginning with $, found ${JSON.stringify(type)}`,
  );
  const encoded = { id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
  const size = encoded.data.length + encoded.metadata.length;
  if (size <= MAX_EVENT_CHARACTERS) return encoded;
  throw new Fault(
    'APPEND_TOO_LARGE',
    `event ${type} has ${size} characters of JSON, the most is ${MAX_EVENT_CHARACTERS}: put the bulk into the object store and name it in the event`,
  );
};

const requireExpectation = (expected: ExpectedState): void => {
  if (typeof expected === 'string') return;
  const { revision } = expected;
  requireThat(
    Number.isSafeInteger(revision) && revision >= 0,
    `an expected revision is a whole number from 0, found ${revision}; an absent stream is 'none'`,
  );
};

/** Checks an append the same way for every store and turns its events into JSON text; throws the caller's faults. */
export const encodeAppend = (
  stream: string,
  expected: ExpectedState,
  events: readonly NewEvent[],
): EncodedEvent[] => {
  requireThat(
    NAME.test(stream),
    `a stream name is 1 to 512 characters not beginning with $, found ${JSON.stringify(stream)}`,
  );
  requireExpectation(expected);
  requireThat(events.length > 0, `an append to ${stream} needs at least one event, found none`);
  const encoded = events.map(encodeEvent);
  const size = encoded.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (size > MAX_APPEND_CHARACTERS) {
    throw new Fault(
      'APPEND_TOO_LARGE',
      `the append to ${stream} has ${size} characters of JSON, the most is ${MAX_APPEND_CHARACTERS}: append in several steps`,
    );
  }
  if (new Set(events.map(({ id }) => id)).size < events.length) throw reused(stream, 'twice in one append');
  return encoded;
};

const reused = (stream: string, how: string): Fault =>
  new Fault(
    'EVENT_ID_REUSED',
    `an event id is used once, found it ${how} (append to ${stream}): make a new id per event`,
  );

const sameJson = (a: string, b: string): boolean =>
  a === b || canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));

/**
 * Judges an append whose ids the log may know. Undefined: all are new. Otherwise the event that ends the first append, for
 * its answer; or the fault EVENT_ID_REUSED when what the log holds under these ids is anything but this append.
 */
export const firstAnswer = (
  stream: string,
  events: readonly EncodedEvent[],
  prior: readonly (PriorEvent | undefined)[],
): PriorEvent | undefined => {
  if (prior.every((known) => known === undefined)) return undefined;
  const start = prior[0]?.revision ?? 0;
  events.forEach((event, index) => {
    const known = prior[index];
    if (known === undefined) throw reused(stream, 'for another append');
    if (known.stream !== stream) throw reused(stream, `in stream ${known.stream}`);
    if (known.type !== event.type) throw reused(stream, `for an event ${known.type}`);
    if (!sameJson(known.data, event.data)) throw reused(stream, `for a ${known.type} with other data`);
    if (known.revision !== start + index) throw reused(stream, 'in another order');
  });
  return prior.at(-1);
};

/** Whether a stream with that last revision is as expected. */
export const isExpected = (expected: ExpectedState, actual: number | 'none'): boolean => {
  if (expected === 'any') return true;
  if (expected === 'none') return actual === 'none';
  return expected === 'exists' ? actual !== 'none' : expected.revision === actual;
};

/** Whether an event passes the filter. */
export const passesFilter = (
  filter: EventFilter | undefined,
  event: { readonly stream: string; readonly type: string },
): boolean =>
  (filter?.types?.includes(event.type) ?? true) &&
  (filter?.streamPrefixes?.some((prefix) => event.stream.startsWith(prefix)) ?? true);
