import {
  encodeAppend,
  Fault,
  firstAnswer,
  isExpected,
  passesFilter,
  type AppendResult,
  type EncodedEvent,
  type EventFilter,
  type EventMetadata,
  type ExpectedState,
  type NewEvent,
  type PriorEvent,
  type RecordedEvent,
} from '@gild/ports';

type Entry = EncodedEvent & PriorEvent & { time: string };

/** The events as JSON text, so that no reader can alter what another one reads. */
export class MemoryLog {
  readonly #entries: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #byStream = new Map<string, Entry[]>();

  get length(): number {
    return this.#entries.length;
  }

  append(stream: string, expected: ExpectedState, events: readonly NewEvent[]): AppendResult {
    const encoded = encodeAppend(stream, expected, events);
    const prior = firstAnswer(
      stream,
      encoded,
      encoded.map(({ id }) => this.#byId.get(id)),
    );
    if (prior !== undefined) return { ok: true, revision: prior.revision, position: prior.position };
    const actual = this.#lastRevision(stream);
    if (!isExpected(expected, actual)) return { ok: false, code: 'WRONG_EXPECTED_STATE', actual };
    encoded.forEach((event, index) => this.#record(stream, event, events[index]?.metadata.time ?? ''));
    const revision = this.#streamOf(stream).length - 1;
    return { ok: true, revision, position: String(this.#entries.length) };
  }

  /** The event at that place of the log, which is not beyond its end; the first is 1. */
  at(position: number): RecordedEvent {
    return recorded(this.#entries[position - 1] as Entry);
  }

  /** Whether an event at that place passes; its JSON is not read for that. */
  passes(position: number, filter: EventFilter | undefined): boolean {
    const entry = this.#entries[position - 1];
    return entry !== undefined && passesFilter(filter, entry);
  }

  /** Position of the last event before the first one that is later. */
  positionAt(time: string): string | undefined {
    const later = this.#entries.findIndex((entry) => entry.time > time);
    return this.#entries[(later < 0 ? this.length : later) - 1]?.position;
  }

  inStream(stream: string, revision: number): RecordedEvent | undefined {
    const entry = this.#byStream.get(stream)?.[revision];
    return entry && recorded(entry);
  }

  lengthOf(stream: string): number {
    return this.#byStream.get(stream)?.length ?? 0;
  }

  /** The place after which to read: 0 when there is no position yet. */
  startAfter(position: string | undefined): number {
    const place = position === undefined ? 0 : placeOf(position);
    if (place <= this.length) return place;
    throw new Fault(
      'POSITION_AHEAD',
      `position ${position} is beyond the end of the log (${this.length}): rebuild what stored it`,
    );
  }

  #lastRevision(stream: string): number | 'none' {
    return this.#byStream.has(stream) ? this.lengthOf(stream) - 1 : 'none';
  }

  #streamOf(stream: string): Entry[] {
    const known = this.#byStream.get(stream);
    if (known !== undefined) return known;
    const fresh: Entry[] = [];
    this.#byStream.set(stream, fresh);
    return fresh;
  }

  #record(stream: string, event: EncodedEvent, time: string): void {
    const entries = this.#streamOf(stream);
    const position = String(this.#entries.length + 1);
    const entry: Entry = { ...event, stream, revision: entries.length, position, time };
    this.#entries.push(entry);
    entries.push(entry);
    this.#byId.set(event.id, entry);
  }
}

/** The place in the log that a position names. */
export const placeOf = (position: string): number => {
  if (/^[1-9]\d{0,14}$/.test(position)) return Number(position);
  throw new Fault('POSITION_INVALID', `expected a position of this store, found ${JSON.stringify(position)}`);
};

const recorded = ({ time: _, ...entry }: Entry): RecordedEvent => ({
  ...entry,
  data: JSON.parse(entry.data) as Record<string, unknown>,
  metadata: JSON.parse(entry.metadata) as EventMetadata,
});
