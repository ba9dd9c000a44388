import type { EventStore, RecordedEvent } from '@gild/ports';

/** No index leads from an actor to what it did: so much of the log is read for one page, and so much of it told. */
const READ_AT_ONCE = 50_000;
const TOLD_AT_ONCE = 500;

export type ActorPage = { events: RecordedEvent[]; next?: string };

/**
 * What an actor recorded, and what others recorded because it asked for it, in order, after a position. `next`: where the page ends
 * while the log goes on.
 */
export const actorPage = async (
  actor: string,
  { store, after }: { store: EventStore; after: string | undefined },
): Promise<ActorPage> => {
  const events: RecordedEvent[] = [];
  let read = 0;
  for await (const event of store.readAll({ limit: READ_AT_ONCE, ...(after !== undefined && { after }) })) {
    read += 1;
    if (event.metadata.actor === actor || event.data['by'] === actor) events.push(event);
    if (events.length === TOLD_AT_ONCE || read === READ_AT_ONCE) return { events, next: event.position };
  }
  return { events };
};
