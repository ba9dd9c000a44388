import { eventParser } from '@gild/application-core';
import { PlacementEvent, schemaVersionOf, streams } from '@gild/contracts';
import type { Grant } from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';

const parsePlacement = eventParser(PlacementEvent);

/** What was given out together, and when it was decided. */
export type Placement = { time: string; grants: readonly Grant[] };

/** The last one of all schedulers, and the revision that the next one follows; both absent before the first. */
export type LastPlacement = { revision?: number; placement?: Placement };

export const lastPlacement = async ({ store }: Farm): Promise<LastPlacement> => {
  for await (const recorded of store.readStream(streams.placement(), { direction: 'backwards', limit: 1 })) {
    const { revision, metadata } = recorded;
    const grants = parsePlacement(recorded)?.data.grants ?? [];
    return { revision, placement: { time: metadata.time, grants } };
  }
  return {};
};

/** Records it as the one after `last`; false when another scheduler was faster. */
export const recordPlacement = async (
  { time, grants }: Placement,
  { revision }: LastPlacement,
  { store, ids }: Farm,
): Promise<boolean> => {
  const id = ids.uuid();
  const event: PlacementEvent = { type: 'BuildsPlaced', data: { grants: [...grants] } };
  const schema = schemaVersionOf(event.type);
  const metadata = { time, actor: SCHEDULER, correlationId: id, causationId: id, schema };
  const expected = revision === undefined ? 'none' : { revision };
  const result = await store.append(streams.placement(), expected, [{ ...event, id, metadata }]);
  return result.ok;
};
