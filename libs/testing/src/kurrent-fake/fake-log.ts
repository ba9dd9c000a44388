/** An event as the fake server holds it. */
export interface FakeEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type ProposedEvent = Pick<FakeEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;
export type FakeExpectation = 'any' | 'none' | 'exists' | number;

export type FakeAppend =
  | { readonly kind: 'written'; readonly last: FakeEvent }
  | { readonly kind: 'wrong'; readonly current: number | undefined }
  | { readonly kind: 'corrupted' };

const SYSTEM_EVENT_EVERY = 40; // a real server mixes its own events into $all all the time

/** The log of the fake server: appends are judged as KurrentDB judges them, which knows the ids of one stream only. */
export class FakeLog {
  readonly events: FakeEvent[] = [];
  readonly #byStream = new Map<string, FakeEvent[]>();
  readonly #byId = new Map<string, FakeEvent>();
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.#systemEvent();
  }

  inStream(stream: string): readonly FakeEvent[] {
    return this.#byStream.get(stream) ?? [];
  }

  append(stream: string, expected: FakeExpectation, proposed: readonly ProposedEvent[]): FakeAppend {
    const current = this.inStream(stream).at(-1)?.revision;
    if (expected === 'exists' && current === undefined) return { kind: 'wrong', current };
    const start = startOf(expected);
    if (start === undefined) return this.#appendAnywhere(stream, proposed);
    const next = (current ?? -1) + 1;
    if (start > next) return { kind: 'wrong', current };
    return start < next
      ? this.#repeated({ stream, start, proposed, current })
      : this.#write(stream, proposed);
  }

  /** Calls the listener after every append, until the returned function is called. */
  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #appendAnywhere(stream: string, proposed: readonly ProposedEvent[]): FakeAppend {
    const known = proposed.map(({ id }) => this.#byId.get(`${stream} ${id}`));
    const last = known.at(-1);
    if (known.every((event) => event === undefined)) return this.#write(stream, proposed);
    const isWhole = known.every((event) => event !== undefined) && last !== undefined;
    return isWhole ? { kind: 'written', last } : { kind: 'corrupted' };
  }

  #repeated(append: {
    stream: string;
    start: number;
    proposed: readonly ProposedEvent[];
    current: number | undefined;
  }): FakeAppend {
    const { stream, start, proposed, current } = append;
    const there = this.inStream(stream).slice(start, start + proposed.length);
    const matching = proposed.findIndex(({ id }, index) => there[index]?.id !== id);
    const last = there.at(-1);
    if (matching === -1 && last !== undefined) return { kind: 'written', last };
    return matching === 0 ? { kind: 'wrong', current } : { kind: 'corrupted' };
  }

  #write(stream: string, proposed: readonly ProposedEvent[]): FakeAppend {
    const written = proposed.map((event) => this.#record(stream, event));
    const last = written.at(-1);
    if (last === undefined) return { kind: 'corrupted' };
    if (this.events.length % SYSTEM_EVENT_EVERY === 0) this.#systemEvent();
    for (const listener of [...this.#listeners]) listener();
    return { kind: 'written', last };
  }

  #record(stream: string, proposed: ProposedEvent): FakeEvent {
    const events = this.#byStream.get(stream) ?? [];
    this.#byStream.set(stream, events);
    const position = BigInt(this.events.length) * 137n + 64n; // offsets in a file, not a count
    const event: FakeEvent = { ...proposed, stream, revision: events.length, position };
    events.push(event);
    this.events.push(event);
    this.#byId.set(`${stream} ${proposed.id}`, event);
    return event;
  }

  #systemEvent(): void {
    const empty = new TextEncoder().encode('{}');
    const event = { type: '$statsCollected', contentType: 'application/json', data: empty, metadata: empty };
    this.#record('$stats-127.0.0.1:2113', { ...event, id: crypto.randomUUID() });
  }
}

/** Where the first event must go, or undefined when anywhere will do. */
const startOf = (expected: FakeExpectation): number | undefined => {
  if (expected === 'any' || expected === 'exists') return undefined;
  return expected === 'none' ? 0 : expected + 1;
};
