import type { DatabaseSync } from 'node:sqlite';
import {
  Fault,
  firstAnswer,
  isExpected,
  passesFilter,
  type AppendResult,
  type EncodedEvent,
  type EventFilter,
  type ExpectedState,
  type RecordedEvent,
} from '@gild/ports';
import { rowOf, toEvents, toPriorEvents, type EventRow } from './event-row.js';
import { BLOCK_SIZE } from './indexes.js';
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
  readonly upTo: number;
  readonly filter: EventFilter | undefined;
  readonly limit: number;
}

interface Stretch {
  readonly first: number;
  readonly last: number;
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

  logPage(query: LogQuery): LogPage {
    return query.filter?.types === undefined ? this.#windowPage(query) : this.#typedPage(query, query.filter);
  }

  /** Position of the last event before the first one that is later than that; 0 when the first event is. */
  positionAt(time: string): number {
    const head = this.head();
    for (let block = 0; block <= Math.floor(head / BLOCK_SIZE); block += 1) {
      const latest = this.#statements.latestOfBlock.get(block)?.['time'];
      if (typeof latest !== 'string' || latest <= time) continue;
      return Number(this.#statements.firstLaterInBlock.get(block, time)?.['position']) - 1;
    }
    return head;
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

  /** A stretch of the log, and what of it passes. */
  #windowPage({ after, upTo, filter, limit }: LogQuery): LogPage {
    const head = Math.min(this.head(), upTo);
    const prefixes = filter?.streamPrefixes;
    const span = prefixes === undefined ? Math.min(limit, PAGE_EVENTS) : FILTERED_WINDOW;
    const first = after + 1;
    const bytes = (length: number) => this.#statements.logSize.get(first, first + length - 1);
    const last = Math.min(head, after + lengthWithin(span, bytes));
    const events =
      prefixes === undefined ? this.#read(first, last) : this.#readOf(prefixes, { first, last, limit });
    const cut = prefixes !== undefined && events.length === limit;
    const scannedTo = cut ? Number(events.at(-1)?.position) : Math.max(last, after);
    return { events, scannedTo, atEnd: scannedTo >= head };
  }

  #readOf(prefixes: readonly string[], { first, last, limit }: Stretch): RecordedEvent[] {
    const statement = this.#statements.ofPrefixes(prefixes.length);
    return toEvents(statement.all(first, last, Math.min(limit, FILTERED_WINDOW), ...prefixes));
  }

  /** The next events of some types, found by their index: what is hidden costs nothing. */
  #typedPage({ after, upTo, limit }: LogQuery, filter: EventFilter): LogPage {
    const head = Math.min(this.head(), upTo);
    const types = [...new Set(filter.types)];
    const found = types.length === 0 ? [] : this.#rowsOf(types, { first: after + 1, last: head, limit });
    const atEnd = found.length === 0;
    const passing = found.filter((row) => passesFilter(filter, { type: row[4], stream: row[1] }));
    return { events: toEvents(passing), scannedTo: found.at(-1)?.[0] ?? Math.max(head, after), atEnd };
  }

  /** As many rows as make a page. */
  #rowsOf(types: readonly string[], { first, last, limit }: Stretch): EventRow[] {
    const rows: EventRow[] = [];
    let characters = 0;
    const statement = this.#statements.ofTypes(types.length);
    for (const found of statement.iterate(first, last, Math.min(limit, PAGE_EVENTS), ...types)) {
      const row = rowOf(found);
      rows.push(row);
      characters += row[5].length + row[6].length;
      if (characters > PAGE_BYTES) break;
    }
    return rows;
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
