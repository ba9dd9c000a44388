import type { FakeEvent, FakeLog } from './fake-log.js';
import { streamName } from './messages.js';
import { streams } from './stubs.js';

type Options = InstanceType<typeof streams.ReadReq.Options>;

/** What a filter of the protocol lets pass, and how many events are looked at between two checkpoints. */
export interface FakeFilter {
  readonly passes: (event: FakeEvent) => boolean;
  readonly checkpointEvery: number;
}

const DEFAULT_WINDOW = 32;

export const filterOf = (options: Options): FakeFilter | undefined => {
  const filter = options.getFilter();
  if (filter === undefined) return undefined;
  const onStream = filter.hasStreamIdentifier();
  const expression = onStream ? filter.getStreamIdentifier() : filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() ?? '');
  const passes = (event: FakeEvent): boolean => {
    const text = onStream ? event.stream : event.type;
    return prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  };
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  return { passes, checkpointEvery: window * filter.getCheckpointintervalmultiplier() };
};

/** The events a read asks for, or undefined when it names a stream that does not exist. */
export function* eventsOf(log: FakeLog, options: Options): Generator<FakeEvent> {
  const passes = filterOf(options)?.passes ?? (() => true);
  let left = Number(options.getCount());
  for (const event of options.hasStream() ? streamEvents(log, options) : logEvents(log, options)) {
    if (left === 0) return;
    if (!passes(event)) continue;
    left -= 1;
    yield event;
  }
}

export const streamOf = (options: Options): string => streamName(options.getStream()?.getStreamIdentifier());

export const isMissing = (log: FakeLog, options: Options): boolean =>
  options.hasStream() && log.inStream(streamOf(options)).length === 0;

const isBackwards = (options: Options): boolean =>
  options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** The events on the way from a place, which forwards reads include. */
const onTheWay = (options: Options, events: readonly FakeEvent[], from: number): readonly FakeEvent[] =>
  isBackwards(options) ? events.slice(0, from).toReversed() : events.slice(from);

const streamEvents = (log: FakeLog, options: Options): readonly FakeEvent[] => {
  const range = options.getStream();
  const events = log.inStream(streamOf(options));
  if (range?.hasEnd()) return onTheWay(options, events, events.length);
  const from = range?.hasRevision() ? Number(range.getRevision()) : 0;
  return onTheWay(options, events, isBackwards(options) ? from + 1 : from);
};

const logEvents = (log: FakeLog, options: Options): readonly FakeEvent[] => {
  const range = options.getAll();
  const position = BigInt(range?.getPosition()?.getCommitPosition() ?? 0);
  return onTheWay(options, log.events, range?.hasEnd() ? log.events.length : indexFrom(log, position));
};

/** Index of the first event at that position or after it. */
export const indexFrom = (log: FakeLog, position: bigint): number => {
  let low = 0;
  let high = log.events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log.events[middle]?.position ?? 0n) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};
