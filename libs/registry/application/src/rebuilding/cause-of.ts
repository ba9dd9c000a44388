import { streams, type OutdatedImage, type VersionName } from '@gild/contracts';
import type { EventStore, RecordedEvent } from '@gild/ports';
import type { RebuildReason } from '@gild/registry-domain';

const WITHDRAWALS: ReadonlySet<string> = new Set(['VersionDeprecated', 'VersionRevoked', 'VersionDeleted']);

type Cause = Pick<OutdatedImage, 'caused_by'>;

/** The event behind the first reason that has one. */
export const causeOf = async (reasons: readonly RebuildReason[], store: EventStore): Promise<Cause> => {
  const { of } = reasons.find((reason) => reason.of !== undefined) ?? {};
  if (of === undefined) return {};
  const { imageName, version } = of.version;
  return of.what === 'published'
    ? lastIn(streams.version(imageName, version), ({ type }) => type === 'VersionPublished', store)
    : withdrawalOf(of.version, store);
};

/** The last event that withdrew a version. */
const withdrawalOf = ({ imageName, version }: VersionName, store: EventStore) =>
  lastIn(
    streams.image(imageName),
    ({ type, data }) => WITHDRAWALS.has(type) && data['version'] === version,
    store,
  );

const lastIn = async (
  stream: string,
  isIt: (event: RecordedEvent) => boolean,
  store: EventStore,
): Promise<Cause> => {
  for await (const event of store.readStream(stream, { direction: 'backwards' }))
    if (isIt(event)) return { caused_by: { event_id: event.id, stream } };
  return {};
};
