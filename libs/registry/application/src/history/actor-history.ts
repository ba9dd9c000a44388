import type { EventStore, RecordedEvent } from '@gild/ports';

/** No index leads from an actor to what it did: so much of the log is read for one page, and so much of it told. */
const READ_AT_ONCE = 50_000;
const TOLD_AT_ONCE = 500;

/** `at`: the end of the log that was read for it, where there is a next one. */
export type ActorPage = { events: RecordedEvent[]; next?: string; at?: string };

/**
 * What an actor recorded, and what others recorded because it asked for it, in order, after a position. `next`: where the page ends
 * while the log goes on.
 */
export const actorPage = async (
  actor: string,
  { store, after }: { store: EventStore; after: string | undefined },
): Promise<ActorPage> => {
  const events: RecordedEvent[] = [];
  const at = await store.head();
  if (at === undefined) return { events };
  let read = 0;
  const stretch = { upTo: at, ...(after !== undefined && { after }) };
  for await (const event of store.readAll({ ...stretch, limit: READ_AT_ONCE })) {
    read += 1;
    if (event.metadata.actor === actor || event.data['by'] === actor) events.push(event);
    if (events.length === TOLD_AT_ONCE || read === READ_AT_ONCE) return { events, next: event.position, at };
  }
  return { events };
};
