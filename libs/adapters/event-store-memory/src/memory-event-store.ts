import {
  Fault,
  type AppendResult,
  type EventStore,
  type ExpectedState,
  type LogRange,
  type LogStretch,
  type NewEvent,
  type RecordedEvent,
  type StreamRange,
  type SubscriptionItem,
} from '@gild/ports';
import { MemoryLog, placeOf } from './memory-log.js';

/** An event store that lives as long as its process: for tests. Keeps every promise of the port but durability. */
export const memoryEventStore = (): EventStore => new MemoryEventStore();

class MemoryEventStore implements EventStore {
  readonly #log = new MemoryLog();
  readonly #sleepers = new Set<() => void>();
  #closed = false;

  async append(stream: string, expected: ExpectedState, events: readonly NewEvent[]): Promise<AppendResult> {
    this.#requireOpen();
    const result = this.#log.append(stream, expected, events);
    if (result.ok) this.#wake();
    return result;
  }

  async *readStream(stream: string, range: StreamRange = {}): AsyncIterable<RecordedEvent> {
    this.#requireOpen();
    const step = range.direction === 'backwards' ? -1 : 1;
    const last = this.#log.lengthOf(stream) - 1;
    const from = step === 1 ? (range.from ?? 0) : Math.min(range.from ?? last, last);
    yield* take(range.limit ?? Infinity, (index) => this.#log.inStream(stream, from + index * step));
  }

  async *readAll(range: LogStretch = {}): AsyncIterable<RecordedEvent> {
    this.#requireOpen();
    let left = range.limit ?? Infinity;
    const last = range.upTo === undefined ? Infinity : placeOf(range.upTo);
    for (let place = this.#log.startAfter(range.after) + 1; left > 0 && place <= last; place += 1) {
      if (place > this.#log.length) return;
      if (!this.#log.passes(place, range.filter)) continue;
      left -= 1;
      yield this.#log.at(place);
    }
  }

  async *subscribeAll({ after, filter }: LogRange, signal: AbortSignal): AsyncIterable<SubscriptionItem> {
    this.#requireOpen();
    let place = this.#log.startAfter(after);
    const isOver = (): boolean => signal.aborted || this.#closed;
    while (!isOver()) {
      if (place < this.#log.length) {
        place += 1;
        if (this.#log.passes(place, filter)) yield { kind: 'event', event: this.#log.at(place) };
        continue;
      }
      yield { kind: 'caughtUp', position: place === 0 ? undefined : String(place) };
      if (place === this.#log.length && !isOver()) await this.#nextAppend(signal);
    }
  }

  async head(): Promise<string | undefined> {
    this.#requireOpen();
    return this.#log.length === 0 ? undefined : String(this.#log.length);
  }

  async positionAt(time: string): Promise<string | undefined> {
    this.#requireOpen();
    return this.#log.positionAt(time);
  }

  comparePositions(a: string, b: string): number {
    return placeOf(a) - placeOf(b);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
  }

  #requireOpen(): void {
    if (this.#closed) throw new Fault('STORE_CLOSED', 'the event store was closed: open it again to use it');
  }

  #wake(): void {
    for (const rise of [...this.#sleepers]) rise();
  }

  #nextAppend(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const rise = (): void => {
        this.#sleepers.delete(rise);
        signal.removeEventListener('abort', rise);
        resolve();
      };
      this.#sleepers.add(rise);
      signal.addEventListener('abort', rise, { once: true });
    });
  }
}

function* take(
  limit: number,
  eventAt: (index: number) => RecordedEvent | undefined,
): Generator<RecordedEvent> {
  for (let index = 0; index < limit; index += 1) {
    const event = eventAt(index);
    if (event === undefined) return;
    yield event;
  }
}
