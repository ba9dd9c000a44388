import { Fault, passesFilter, type EventFilter, type RecordedEvent } from '@gild/ports';
import type { Connection } from './connection.js';
import { toRecordedEvent } from './kurrent-event.js';
import { errorType } from './kurrent-faults.js';
import { serverFilter } from './kurrent-filter.js';
import {
  comparePositions,
  decodePosition,
  encodePosition,
  type KurrentPosition,
} from './kurrent-position.js';

const PAGE_EVENTS = 512;

export interface StreamQuery {
  readonly stream: string;
  readonly from: number | 'end';
  readonly step: 1 | -1;
  readonly limit: number;
}

/** One stream, page by page; a page that fails is asked for again. */
export async function* readStreamEvents(
  connection: Connection,
  query: StreamQuery,
): AsyncGenerator<RecordedEvent> {
  const { stream, step } = query;
  let { from, limit } = query;
  while (limit > 0 && (from === 'end' || from >= 0)) {
    const wanted = Math.min(limit, PAGE_EVENTS);
    const page = await connection.persist(() =>
      streamPage(connection, { stream, from, step, limit: wanted }),
    );
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < wanted) return;
    limit -= page.length;
    from = last.revision + step;
  }
}

const streamPage = async (connection: Connection, query: StreamQuery): Promise<RecordedEvent[]> => {
  const client = await connection.client();
  const { stream, from, step, limit } = query;
  const events: RecordedEvent[] = [];
  try {
    const fromRevision = from === 'end' ? ('end' as const) : BigInt(from);
    const direction = step === 1 ? ('forwards' as const) : ('backwards' as const);
    for await (const resolved of client.readStream(stream, { fromRevision, direction, maxCount: limit })) {
      const event = toRecordedEvent(resolved);
      if (event) events.push(event);
    }
  } catch (error) {
    if (errorType(error) !== 'stream-not-found') throw error;
  }
  return events;
};

export interface LogQuery {
  readonly after: KurrentPosition | undefined;
  readonly filter: EventFilter | undefined;
  readonly limit: number;
}

/** The log, page by page, up to the first page that is not full. */
export async function* readLogEvents(connection: Connection, query: LogQuery): AsyncGenerator<RecordedEvent> {
  let { after, limit } = query;
  let isFull = serverFilter(query.filter).on !== 'nothing';
  while (limit > 0 && isFull) {
    const page = await connection.persist(() => logPage(connection, { ...query, after }));
    for (const event of page.events.slice(0, limit)) yield event;
    limit -= page.events.length;
    ({ last: after, isFull } = page);
  }
}

interface LogPage {
  readonly events: readonly RecordedEvent[];
  readonly last: KurrentPosition | undefined;
  readonly isFull: boolean;
}

const logPage = async (connection: Connection, { after, filter }: LogQuery): Promise<LogPage> => {
  const client = await connection.client();
  const events: RecordedEvent[] = [];
  let last = after;
  let count = 0;
  const maxCount = PAGE_EVENTS + 1; // the event at `after` comes again: reads include their start
  const fromPosition = after ?? ('start' as const);
  const asked = { fromPosition, maxCount, filter: await connection.filter(serverFilter(filter)) };
  for await (const resolved of client.readAll(asked)) {
    count += 1;
    const event = toRecordedEvent(resolved);
    if (event === undefined || isBefore(event, after)) continue;
    last = decodePosition(event.position);
    if (passesFilter(filter, event)) events.push(event);
  }
  return { events, last, isFull: count === maxCount };
};

const isBefore = (event: RecordedEvent, after: KurrentPosition | undefined): boolean =>
  after !== undefined && comparePositions(decodePosition(event.position), after) <= 0;

/** Position of the last event that is not the server's own. */
export const lastPosition = (connection: Connection): Promise<string | undefined> =>
  connection.persist(async () => {
    const client = await connection.client();
    const filter = await connection.filter({ on: 'notSystem' });
    const asked = { direction: 'backwards', fromPosition: 'end', filter, maxCount: PAGE_EVENTS } as const;
    for await (const resolved of client.readAll(asked)) {
      const event = toRecordedEvent(resolved);
      if (event) return event.position;
    }
    return undefined;
  });

/** Position of the last event, also one of the server's own. */
export const endOfLog = async (connection: Connection): Promise<KurrentPosition | undefined> => {
  const client = await connection.client();
  const asked = { direction: 'backwards', fromPosition: 'end', maxCount: 1 } as const;
  for await (const { event } of client.readAll(asked)) return event?.position;
  return undefined;
};

/** The position to begin after; one beyond the end of the log is refused. */
export const startAfter = async (
  connection: Connection,
  after: string | undefined,
): Promise<KurrentPosition | undefined> => {
  connection.requireOpen();
  if (after === undefined) return undefined;
  const position = decodePosition(after);
  const end = await connection.persist(() => endOfLog(connection));
  if (end !== undefined && comparePositions(position, end) <= 0) return position;
  throw new Fault(
    'POSITION_AHEAD',
    `position ${after} is beyond the end of the log (${end && encodePosition(end)}): rebuild what stored it`,
  );
};
