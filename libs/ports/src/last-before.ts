import type { RecordedEvent } from './event-store.js';

/** Position of the last of the events before the first one that is later than that time: for stores that keep no index of times. */
export const lastBefore = async (
  events: AsyncIterable<RecordedEvent>,
  time: string,
): Promise<string | undefined> => {
  let last: string | undefined;
  for await (const { metadata, position } of events) {
    if (metadata.time > time) break;
    last = position;
  }
  return last;
};
