import { ImageEvent, isLifeEvent, streams, VmEvent } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { EventStore, RecordedEvent } from '@gild/ports';

/** What a machine ran, from one position of the log to another. */
type Run = { imageName: string; version: string; from: string; until: string | undefined };

const parseVm = eventParser(VmEvent);
const parseImage = eventParser(ImageEvent);

/**
 * Why a machine is, or was, listed as deprecated, revoked or deleted: how each version it ran stood when it started, where that was not
 * as it was published, and what befell the version until the machine ran something else.
 */
export const eventsOfRuns = async (
  course: readonly RecordedEvent[],
  store: EventStore,
): Promise<RecordedEvent[]> => {
  const found = new Map<string, RecordedEvent>();
  for (const run of runsIn(course))
    for (const event of await eventsOfRun(run, store)) found.set(event.id, event);
  return [...found.values()];
};

const runsIn = (course: readonly RecordedEvent[]): Run[] =>
  course.flatMap((recorded, index) => {
    const event = parseVm(recorded);
    if (event === undefined || event.type === 'VmStopped') return [];
    const { imageName, version } = event.data;
    return [{ imageName, version, from: recorded.position, until: course[index + 1]?.position }];
  });

const eventsOfRun = async (run: Run, store: EventStore): Promise<RecordedEvent[]> => {
  const isBefore = (event: RecordedEvent, position: string) =>
    store.comparePositions(event.position, position) < 0;
  const found: RecordedEvent[] = [];
  let standing: RecordedEvent | undefined;
  for await (const event of store.readStream(streams.image(run.imageName))) {
    if (run.until !== undefined && !isBefore(event, run.until)) break;
    if (!isFateOf(run.version, event)) continue;
    if (isBefore(event, run.from)) standing = event.type === 'DeprecationWithdrawn' ? undefined : event;
    else found.push(event);
  }
  return standing === undefined ? found : [standing, ...found];
};

const isFateOf = (version: string, recorded: RecordedEvent): boolean => {
  const event = parseImage(recorded);
  if (event === undefined || !isLifeEvent(event)) return false;
  if (event.type === 'ChannelMoved' || event.type === 'ChannelRemoved') return false;
  return event.data.version === version;
};
