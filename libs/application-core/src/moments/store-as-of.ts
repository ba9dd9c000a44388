import type { EventStore, RecordedEvent, StreamRange } from '@gild/ports';
import type { Moment } from './moment.js';

/** The log as it was at a moment: nothing that was recorded later is read from it, and nothing can be recorded there. */
export const storeAsOf = (store: EventStore, moment: Moment | undefined): EventStore => {
  if (moment === undefined) return store;
  const { position: last } = moment;
  const isBeyond = (position: string): boolean => store.comparePositions(position, last) > 0;
  const earlier = (position: string): string => (isBeyond(position) ? last : position);
  return {
    append: notOfThePast,
    subscribeAll: notOfThePast,
    readStream: (stream, range = {}) => readStream(store, stream, { range, isBeyond }),
    readAll: (range = {}) =>
      store.readAll({ ...range, upTo: range.upTo === undefined ? last : earlier(range.upTo) }),
    head: async () => last,
    positionAt: async (time) => {
      const position = await store.positionAt(time);
      return position === undefined ? undefined : earlier(position);
    },
    comparePositions: (a, b) => store.comparePositions(a, b),
    close: async () => undefined,
  };
};

const notOfThePast = (): never => {
  throw new Error('the past is only read');
};

type Until = { range: StreamRange; isBeyond: (position: string) => boolean };

async function* readStream(
  store: EventStore,
  stream: string,
  { range: { limit = Infinity, ...range }, isBeyond }: Until,
): AsyncGenerator<RecordedEvent> {
  let left = limit;
  for await (const event of store.readStream(stream, range)) {
    if (left <= 0) return;
    if (isBeyond(event.position)) {
      if (range.direction === 'backwards') continue;
      return;
    }
    left -= 1;
    yield event;
  }
}
