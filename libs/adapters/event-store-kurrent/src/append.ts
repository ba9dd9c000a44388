import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import {
  Fault,
  firstAnswer,
  type AppendResult,
  type EncodedEvent,
  type ExpectedState,
  type PriorEvent,
  type RecordedEvent,
} from '@gild/ports';
import type { Connection } from './connection.js';
import { errorType } from './kurrent-faults.js';
import { readStreamEvents } from './read.js';

export interface Append {
  readonly stream: string;
  readonly expected: ExpectedState;
  readonly events: readonly EncodedEvent[];
  readonly timeoutMs: number;
}

/**
 * One append, sent again with the same ids and expectation while its outcome is unknown: the server then answers as
 * it did the first time. What it acknowledged is read back, because it compares ids only: a reused id would be
 * acknowledged although nothing of the kind was recorded.
 */
export const appendEvents = async (connection: Connection, append: Append): Promise<AppendResult> => {
  const { stream, events } = append;
  const answer = await connection.persist(() => attempt(connection, append));
  if (!answer.ok) return answer;
  const from = answer.revision - events.length + 1;
  const recorded = await collect(
    readStreamEvents(connection, { stream, from, step: 1, limit: events.length }),
  );
  const last = firstAnswer(stream, events, priorTo(events, recorded));
  if (last !== undefined) return { ok: true, revision: last.revision, position: last.position };
  throw new Fault(
    'STORE_IO',
    `KurrentDB acknowledged events of ${stream} that it does not hold: see the server's log`,
  );
};

type Answer = { readonly ok: true; readonly revision: number } | Extract<AppendResult, { ok: false }>;

const attempt = async (connection: Connection, append: Append): Promise<Answer> => {
  try {
    return { ok: true, revision: await send(connection, append) };
  } catch (error) {
    if (errorType(error) === 'wrong-expected-version') return conflict(error);
    if (errorType(error) === 'unknown') await refuseReuse(connection, append);
    throw error;
  }
};

const send = async (
  connection: Connection,
  { stream, expected, events, timeoutMs }: Append,
): Promise<number> => {
  const client = await connection.client();
  const proposed = events.map(({ id, type, data, metadata }) => ({
    id,
    type,
    contentType: 'application/json' as const,
    data: JSON.parse(data) as Record<string, unknown>,
    metadata: JSON.parse(metadata) as Record<string, unknown>,
  }));
  const options = { streamState: streamStateOf(expected), deadline: timeoutMs };
  const answered: ReturnType<KurrentDBClient['appendToStream']> = client.appendToStream(
    stream,
    proposed,
    options,
  );
  const { nextExpectedRevision } = await withinTime(connection, answered, timeoutMs);
  return Number(nextExpectedRevision);
};

/** The client hands the deadline to the server only and waits for its answer for ever. */
const withinTime = async <T>(connection: Connection, answer: Promise<T>, timeoutMs: number): Promise<T> => {
  const answered = new AbortController();
  const late = connection.clock.delay(timeoutMs, answered.signal).then(() => {
    throw new Fault(
      'STORE_UNAVAILABLE',
      `expected KurrentDB to answer within ${timeoutMs} ms: check the server`,
      {
        retryable: true,
      },
    );
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    answered.abort();
  }
};

const streamStateOf = (expected: ExpectedState) => {
  if (typeof expected === 'object') return BigInt(expected.revision);
  return ({ any: 'any', none: 'no_stream', exists: 'stream_exists' } as const)[expected];
};

const conflict = (error: unknown): Answer => {
  const actual: unknown = Reflect.get(Object(error), 'actualState');
  return {
    ok: false,
    code: 'WRONG_EXPECTED_STATE',
    actual: typeof actual === 'bigint' ? Number(actual) : 'none',
  };
};

/** The server refuses a part of an earlier append with an error that the client does not know; the stream tells. */
const refuseReuse = async (connection: Connection, { stream, events }: Append): Promise<void> => {
  const recorded = await collect(readStreamEvents(connection, { stream, from: 0, step: 1, limit: Infinity }));
  firstAnswer(stream, events, priorTo(events, recorded));
};

const priorTo = (
  events: readonly EncodedEvent[],
  recorded: readonly RecordedEvent[],
): (PriorEvent | undefined)[] => {
  const byId = new Map(recorded.map((event) => [event.id, { ...event, data: JSON.stringify(event.data) }]));
  return events.map(({ id }) => byId.get(id));
};

const collect = async (events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};
