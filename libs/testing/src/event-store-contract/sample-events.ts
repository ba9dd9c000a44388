import type { EventStore, NewEvent, RecordedEvent, SubscriptionItem } from '@gild/ports';

const METADATA = {
  time: '2026-01-02T03:04:05.678Z',
  actor: 'user:ada',
  correlationId: 'request-1',
  causationId: 'command-1',
  schema: 1,
} as const;

/** An event with a fresh id. */
export const sample = (type: string, data: Record<string, unknown> = {}): NewEvent => ({
  id: crypto.randomUUID(),
  type,
  data,
  metadata: METADATA,
});

/** An event with a fresh id that says its number. */
export const numberedEvent = (number: number): NewEvent => sample('StepFinished', { number });

/** Events numbered from `first`, of one type. */
export const samples = (count: number, { first = 0, type = 'StepFinished' } = {}): NewEvent[] =>
  Array.from({ length: count }, (_, index) => sample(type, { number: first + index }));

export const collect = async (events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};

export const numbersOf = (events: readonly RecordedEvent[]): unknown[] =>
  events.map(({ data }) => data['number']);

/** Appends that must succeed; gives the position of the last event. */
export const append = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
): Promise<string> => {
  const result = await store.append(stream, 'any', events);
  if (!result.ok) throw new Error(`an append to ${stream} with 'any' was refused`);
  return result.position;
};

/** The items up to and including the first one that satisfies the test; leaves the subscription. */
export const itemsUntil = async (
  items: AsyncIterable<SubscriptionItem>,
  isLast: (item: SubscriptionItem) => boolean,
): Promise<SubscriptionItem[]> => {
  const seen: SubscriptionItem[] = [];
  for await (const item of items) {
    seen.push(item);
    if (isLast(item)) break;
  }
  return seen;
};

export const eventsIn = (items: readonly SubscriptionItem[]): RecordedEvent[] =>
  items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));

/** Range that begins at the end of the log: what others wrote before is out of sight. */
export const fromHere = async (store: EventStore): Promise<{ after?: string }> => {
  const head = await store.head();
  return head === undefined ? {} : { after: head };
};
