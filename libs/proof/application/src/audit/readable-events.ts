import { type EventStore, faultCode, type RecordedEvent } from '@gild/ports';

/**
 * The events of the log up to its end, or up to one that is damaged so that it cannot be read. A store that is not there is a
 * fault, as anywhere.
 */
export async function* readableEvents(
  store: EventStore,
  unreadable: (error: unknown) => void,
): AsyncGenerator<RecordedEvent> {
  let last: RecordedEvent | undefined;
  try {
    for await (const event of store.readAll()) {
      last = event;
      yield event;
    }
    return;
  } catch (error) {
    if (faultCode(error) !== undefined) throw error;
  }
  // A store reads several events at a time: those before the damaged one are read one by one.
  for (;;) {
    const next = await oneAfter(store, last?.position).catch(unreadable);
    if (next === undefined) return;
    last = next;
    yield next;
  }
}

const oneAfter = async (store: EventStore, after: string | undefined): Promise<RecordedEvent | undefined> => {
  const range = after === undefined ? { limit: 1 } : { after, limit: 1 };
  for await (const event of store.readAll(range)) return event;
  return undefined;
};
