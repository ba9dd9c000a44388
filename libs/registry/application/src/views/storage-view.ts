import { StorageEvent, streams, VersionEvent } from '@gild/contracts';
import { eventParser, type View } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { removableKeys } from '../removing/object-keys.js';

/** Objects of deleted versions, by key: about to be removed, or gone and not published again since. */
export type StorageState = Map<string, 'condemned' | 'removed'>;

/** What becomes of objects that no version needs any more. */
export const storageView = (registryId: string): View<StorageState> => {
  const stream = streams.storage(registryId);
  return {
    name: 'storage',
    filter: { streamPrefixes: [stream, 'version-'] },
    initial: () => new Map(),
    apply: (state, recorded) => {
      if (recorded.stream === stream) applyRemoval(state, recorded);
      else applyPublication(state, recorded);
    },
    snapshot: (state) => Object.fromEntries(state),
  };
};

const parse = eventParser(StorageEvent);
const parseVersion = eventParser(VersionEvent);

const applyRemoval = (state: StorageState, recorded: RecordedEvent): void => {
  const event = parse(recorded);
  for (const key of event?.data.keys ?? [])
    if (event?.type === 'ObjectsSpared') state.delete(key);
    else state.set(key, event?.type === 'ObjectsCondemned' ? 'condemned' : 'removed');
};

/** What is published again is there again. */
const applyPublication = (state: StorageState, recorded: RecordedEvent): void => {
  const event = parseVersion(recorded);
  if (event?.type !== 'VersionPublished') return;
  for (const key of removableKeys(event.data)) state.delete(key);
};
