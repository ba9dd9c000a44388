import type { DatabaseSync } from 'node:sqlite';
import {
  Fault,
  firstAnswer,
  isExpected,
  type AppendResult,
  type EncodedEvent,
  type EventFilter,
  type ExpectedState,
  type RecordedEvent,
} from '@gild/ports';
import { toEvents, toPriorEvents } from './event-row.js';
import { prepareStatements, type Statements } from './statements.js';

const PAGE_EVENTS = 1_000;
const FILTERED_WINDOW = 5_000; // events looked at in one go, so that a filter that hides nearly all does not block others
const PAGE_BYTES = 8_388_608;

/** Events and how far the log was looked at to find them. */
export interface LogPage {
  readonly events: readonly RecordedEvent[];
  readonly scannedTo: number;
  readonly atEnd: boolean;
}

interface LogQuery {
  readonly after: number;
  readonly filter: EventFilter | undefined;
  readonly limit: number;
}

interface StreamQuery {
  readonly stream: string;
  readonly from: number;
  readonly step: 1 | -1;
  readonly limit: number;
}

/** The table of events: short, synchronous steps, none of which leaves a transaction open. */
export class SqliteLog {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  append(stream: string, expected: ExpectedState, events: readonly EncodedEvent[]): AppendResult {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = this.#appendLocked(stream, expected, events);
      this.#database.exec(result.ok ? 'COMMIT' : 'ROLLBACK');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Position of the last event, 0 when there is none. */
  head(): number {
    return Number(this.#statements.head.get()?.['position'] ?? 0);
  }

  lastRevision(stream: string): number | 'none' {
    const revision = this.#statements.lastRevision.get(stream)?.['revision'];
    return typeof revision === 'number' ? revision : 'none';
  }

  /** Changes whenever another connection, of this process or another, has committed. */
  dataVersion(): number {
    return Number(this.#statements.dataVersion.get()?.['data_version']);
  }

  logPage({ after, filter, limit }: LogQuery): LogPage {
    const head = this.head();
    const span = filter === undefined ? Math.min(limit, PAGE_EVENTS) : FILTERED_WINDOW;
    const first = after + 1;
    const bytes = (length: number) => this.#statements.logSize.get(first, first + length - 1);
    const last = Math.min(head, after + lengthWithin(span, bytes));
    const events =
      filter === undefined ? this.#read(first, last) : this.#readFiltered({ first, last, filter, limit });
    const cut = filter !== undefined && events.length === limit;
    const scannedTo = cut ? Number(events.at(-1)?.position) : Math.max(last, after);
    return { events, scannedTo, atEnd: scannedTo >= head };
  }

  streamPage({ stream, from, step, limit }: StreamQuery): RecordedEvent[] {
    const bounds = (length: number): [number, number] =>
      step === 1 ? [from, from + length - 1] : [from - length + 1, from];
    const bytes = (length: number) => this.#statements.streamSize.get(stream, ...bounds(length));
    const length = lengthWithin(Math.min(limit, PAGE_EVENTS), bytes);
    const statement = step === 1 ? this.#statements.forwards : this.#statements.backwards;
    return toEvents(statement.all(stream, ...bounds(length)));
  }

  #appendLocked(stream: string, expected: ExpectedState, events: readonly EncodedEvent[]): AppendResult {
    const known = toPriorEvents(this.#statements.byIds.all(JSON.stringify(events.map(({ id }) => id))));
    const prior = firstAnswer(
      stream,
      events,
      events.map(({ id }) => known.get(id)),
    );
    if (prior !== undefined) return { ok: true, revision: prior.revision, position: prior.position };
    const actual = this.lastRevision(stream);
    if (!isExpected(expected, actual)) return { ok: false, code: 'WRONG_EXPECTED_STATE', actual };
    let revision = actual === 'none' ? -1 : actual;
    let position: number | bigint = 0;
    for (const { id, type, data, metadata } of events) {
      revision += 1;
      position = this.#statements.insert.run(stream, revision, id, type, data, metadata).lastInsertRowid;
    }
    return { ok: true, revision, position: String(position) };
  }

  #read(first: number, last: number): RecordedEvent[] {
    return toEvents(this.#statements.log.all(first, last));
  }

  #readFiltered(query: { first: number; last: number; filter: EventFilter; limit: number }): RecordedEvent[] {
    const { first, last, filter, limit } = query;
    const list = (values: readonly string[] | undefined) =>
      values === undefined ? null : JSON.stringify(values);
    const named = {
      first,
      last,
      limit: Math.min(limit, FILTERED_WINDOW),
      types: list(filter.types),
      prefixes: list(filter.streamPrefixes),
    };
    return toEvents(this.#statements.filteredLog.all(named));
  }

  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}

const lengthWithin = (
  most: number,
  bytes: (length: number) => Record<string, unknown> | undefined,
): number => {
  let length = most;
  while (length > 1 && Number(bytes(length)?.['size'] ?? 0) > PAGE_BYTES) length = Math.ceil(length / 2);
  return length;
};

/** The place in the log that a position names. */
export const placeOf = (position: string): number => {
  if (/^[1-9]\d{0,14}$/.test(position)) return Number(position);
  throw new Fault('POSITION_INVALID', `expected a position of this store, found ${JSON.stringify(position)}`);
};
