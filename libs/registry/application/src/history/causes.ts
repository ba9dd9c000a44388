import { streams } from '@gild/contracts';
import type { EventStore, RecordedEvent } from '@gild/ports';

/** Longer chains are cut off: every link is a stream that is read. */
const LONGEST_CHAIN = 32;
/** Held at once: the causes of neighbours are in few streams. */
const MOST_STREAMS = 64;

/** What led to an event, the nearest first, over all streams. A link that nobody recorded, or that closes a circle, ends it. */
export type CausesOf = (event: RecordedEvent) => Promise<RecordedEvent[]>;

export const causesIn = (store: EventStore): CausesOf => {
  const causeOf = causeFinder(store);
  return async (event) => {
    const chain: RecordedEvent[] = [];
    const seen = new Set([event.id]);
    for (let cause = await causeOf(event); cause !== undefined; cause = await causeOf(cause)) {
      if (seen.has(cause.id) || chain.length === LONGEST_CHAIN) break;
      seen.add(cause.id);
      chain.push(cause);
    }
    return chain;
  };
};

const causeFinder = (store: EventStore) => {
  const read = streamReader(store);
  const placesOf = async (event: RecordedEvent): Promise<string[]> => {
    const { causationId, causationStream, correlationId } = event.metadata;
    if (causationStream !== undefined) return [causationStream];
    // What correlates is a request or a job, and no event.
    return causationId === correlationId ? [] : likelyStreams(event, first(await read(event.stream)));
  };
  return async (event: RecordedEvent): Promise<RecordedEvent | undefined> => {
    const { causationId } = event.metadata;
    for (const stream of await placesOf(event)) {
      const cause = (await read(stream)).get(causationId);
      if (cause !== undefined) return cause;
    }
    // A number is reserved for a job before its build is on record.
    return causationId === event.data['jobId'] ? first(await read(streams.job(causationId))) : undefined;
  };
};

/** Keeps the streams used last. */
const streamReader = (store: EventStore) => {
  const known = new Map<string, ReturnType<typeof byId>>();
  return (stream: string): ReturnType<typeof byId> => {
    const events = known.get(stream) ?? byId(store, stream);
    known.delete(stream);
    known.set(stream, events);
    const [oldest = stream] = known.keys();
    if (known.size > MOST_STREAMS) known.delete(oldest);
    return events;
  };
};

const byId = async (store: EventStore, stream: string): Promise<ReadonlyMap<string, RecordedEvent>> => {
  const events = new Map<string, RecordedEvent>();
  for await (const event of store.readStream(stream)) events.set(event.id, event);
  return events;
};

const first = (events: ReadonlyMap<string, RecordedEvent>): RecordedEvent | undefined =>
  events.values().next().value;

/** Where the cause of an event is that does not say: older releases wrote its id alone. `first`: of the same stream. */
const likelyStreams = ({ stream, data }: RecordedEvent, beginning: RecordedEvent | undefined): string[] => {
  const { imageName, imageVersion } = beginning?.data ?? {};
  return [
    stream,
    ...jobIdsIn(data).map(streams.job),
    ...versionStreams(imageName, imageVersion),
    ...versionStreams(data['imageName'], data['version']),
    ...imageStreams(data['inherited']),
  ];
};

const jobIdsIn = ({ jobId, others, parts, artifacts }: RecordedEvent['data']): string[] =>
  [{ jobId }, others, parts, artifacts].flat().flatMap((part) => {
    const id = isRecord(part) ? part['jobId'] : undefined;
    return typeof id === 'string' ? [id] : [];
  });

const versionStreams = (image: unknown, version: unknown): string[] =>
  typeof image === 'string' && typeof version === 'string' ? [streams.version(image, version)] : [];

const imageStreams = (base: unknown): string[] =>
  isRecord(base) && typeof base['imageName'] === 'string' ? [streams.image(base['imageName'])] : [];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
